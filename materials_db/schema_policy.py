"""Records of laws and schemes: what they ask, from when, who is on their lists.

A law stands in the registry with its status and source; each number it sets is a ``PolicyNumber``
with the days between which it holds. A law without numbers is one whose number no source states,
or one that sets none.
"""

from __future__ import annotations

from typing import Literal

from materials_db.schema import Confidence, Country, Datum, Filed, Identifier, PartialDate, Text

PolicyStatus = Literal[
    "in_force", "benchmark", "proposal", "announced", "postponed", "ended", "check"
]
"""``check``: sources differ, or leave the number to an act that is not out."""


class PolicyRow(Filed):
    """A law, a part of one that stands for itself, or a scheme."""

    id: Identifier
    title: Text
    jurisdiction: Country
    instrument: Text
    """Regulation, act or announcement."""
    kind: Literal["rule", "target", "subsidy", "credit", "reporting", "reference"]
    """``reference``: its numbers stand in another table."""
    status: PolicyStatus
    valid_from: PartialDate | None = None
    """When it begins; empty where that is open."""
    valid_to: PartialDate | None = None
    """Last day; empty where no end is known."""
    as_of: PartialDate
    """When the status was looked up; of a proposal, its date."""
    source: Identifier
    locator: str = ""
    confidence: Confidence
    note: str = ""


class PolicyNumber(Datum):
    """A number that a law sets for a time."""

    policy: Identifier
    requirement: Identifier
    """What is asked or paid, such as ``recycled_share``."""
    subject: Identifier
    """Of what: a material, stage, product, class of vehicle or project."""
    valid_from: PartialDate
    valid_to: PartialDate | None = None
    """Last day; the next step of the same requirement and subject ends it as well."""
    recalled: bool = False
    """Whether it was written from memory and not read in the source."""


class PolicyMember(Filed):
    """A country or firm on a list of a law."""

    policy: Identifier
    list: Literal["trusted_partner", "prohibited_country", "prohibited_maker"]
    country: Country
    """The country, or that of the firm."""
    firm: str = ""
    valid_from: PartialDate
    source: Identifier
    locator: str = ""
    confidence: Confidence
    note: str = ""
