"""Errors a user can mend."""

from __future__ import annotations


class InputError(ValueError):
    """A user's mistake, told in one sentence: what, where, and what to do."""
