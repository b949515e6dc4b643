"""Numbers that remember how they were made.

A traced number goes through the same functions as a float; every sum, product and comparison
it meets is written down. Nothing in the model knows of it, and nothing is paid by whoever does
not ask: a derivation is the computation itself, run once more on traced inputs.
"""

from calculator.trace.number import Guard, Naming, Tape, Traced, numbers, plain, value_of
from calculator.trace.watch import watching

__all__ = ["Guard", "Naming", "Tape", "Traced", "numbers", "plain", "value_of", "watching"]
