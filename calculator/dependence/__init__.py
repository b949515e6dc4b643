"""Dependence: concentration, loss of a supplier, supply risk of an importer, listed firms."""
