"""Records of dependence: imports by origin, published indices, outlooks, criticality for the EU."""

from __future__ import annotations

from typing import Literal

from materials_db.schema import Country, Datum, Identifier, PartialDate
from materials_db.schema_trade import Names


class ImportShare(Datum):
    """Share of an origin in what an importer buys of a good from abroad in a year."""

    importer: Country
    form: Identifier
    """The good, as its source names it."""
    material: Identifier
    stage: Literal["mining", "refining", "metal", "active_material", "cell"]
    """Name and stage under which the table of shares counts the good; it knows no metals."""
    origin: Country
    date: PartialDate
    """Year of the imports."""
    measured_by: Literal["value", "mass"]


class PublishedIndex(Datum):
    """An index of concentration or of supply risk as published, to check ours against."""

    material: Identifier
    stage: Literal["mining", "refining", "active_material", "cell", "magnet"]
    quantity: Literal["hhi", "hhi_governance", "geopolrisk"]
    """``hhi_governance`` is the sum of political risk x share squared."""
    importer: str = ""
    """Country a GeoPolRisk is of; empty for the world."""
    form: str = ""
    """Good imported a GeoPolRisk is of, as in the table of imports."""
    date: PartialDate


class Outlook(Datum):
    """One number of a published outlook on the loss of the largest supplier."""

    material: Identifier
    """``all`` for the mean of the minerals the outlook follows."""
    quantity: Literal["left", "deficit", "top_3_share"]
    """``left``: supply without the largest supplier, of demand; ``deficit``: demand that projects
    known leave open."""
    bound: Literal["", "below", "about"] = ""
    """How the source states it, where it is no plain number."""
    date: PartialDate


class EuCriticality(Datum):
    """An index of the European Union's assessments of critical raw materials."""

    material: Identifier
    """As assessed: the Union takes light and heavy rare earths together, for instance."""
    covers: Names
    """Names under which the table of shares counts it, separated by spaces."""
    quantity: Literal["supply_risk", "economic_importance", "recycling_input_rate"]
    date: PartialDate
