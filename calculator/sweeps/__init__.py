"""Sweeps: a grid or sample of scenarios through the whole chain, in parts that survive a stop."""
