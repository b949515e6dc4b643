"""What the rules of a law carry: the law they are named after, and what must be known of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from calculator.policy import status_words

if TYPE_CHECKING:
    from calculator.policy import LawOn
    from calculator.scenario.policies import PolicyChoice
    from calculator.sourcing.rule_base import Rule


@dataclass(frozen=True)
class LawRules:
    """A law as rules of a plan."""

    choice: PolicyChoice
    standing: str
    """``benchmark`` or ``proposal of 4 Mar 2026``; empty of a law in force."""
    rules: tuple[Rule, ...]
    """Empty where it asks for nothing in that year."""
    notes: tuple[str, ...]
    """Sentences on its standing, its dates and what was taken for what."""


def named(choice: PolicyChoice, law: LawOn, text: str) -> str:
    """Name of a rule: law, year, what is asked, and its standing where it is not in force."""
    standing = status_words(law.policy)
    return f"{choice.label}: {text}" + (f" ({standing})" if standing else "")


def share_asked(choice: PolicyChoice) -> float:
    """The user's own threshold as a fraction."""
    return float(choice.threshold_percent or 0.0) / 100.0
