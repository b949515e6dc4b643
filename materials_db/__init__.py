"""Curated battery materials: every number with unit, source, date, basis and confidence."""
