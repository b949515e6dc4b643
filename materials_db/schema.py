"""Records of the materials database.

One record holds one number: value, unit, low, high, date, source, locator, basis and
confidence. Tables are long CSV files, one number a row; a chemistry, a cell format or a
price deck is described by such records and by the ids of others.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Text = Annotated[str, StringConstraints(min_length=1)]
Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.+-]*$")]
"""Letters, digits, dot, plus, minus and underscore; the key of a record in its table."""
PartialDate = Annotated[
    str, StringConstraints(pattern=r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$")
]
"""Year, year-month or full date: ``2025``, ``2025-06`` or ``2025-06-16``."""
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
"""ISO 3166 alpha-3; ``ROW`` is the rest of the world, ``WLD`` the world, ``EUU`` the EU."""


class Record(BaseModel):
    """A frozen record that refuses unknown fields."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        use_attribute_docstrings=True,
        allow_inf_nan=False,
        str_strip_whitespace=True,
    )


class Filed(Record):
    """A record that knows the file it was read from."""

    layer: Literal["shipped", "overlay"] = Field(default="shipped", repr=False)
    """``overlay`` marks a record of the user's, so that every screen can say so."""
    file: str = Field(default="", repr=False)
    """Name of the file the record was read from."""
    row: int = Field(default=0, repr=False)
    """Line of that file."""


class Basis(StrEnum):
    """How a number came to be."""

    MEASURED = "measured"
    REPORTED = "reported"
    DERIVED = "derived"
    ASSUMED = "assumed"


class Confidence(StrEnum):
    """How far the curators trust a number."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Source(Filed):
    """Where numbers come from."""

    id: Identifier
    author: Text
    """Person, institution or publisher."""
    title: Text
    year: str = ""
    """Year or span of years of publication; empty where not stated."""
    locator: Text
    """DOI, report number, repository path or page that leads to it."""
    licence: Text
    """Licence or terms as stated by the publisher; ``unstated`` where none was found."""


class Datum(Filed):
    """One number with its unit and provenance."""

    value: float
    unit: Text
    """As written in the source, from the whitelist of ``materials_db.units``."""
    low: float | None = None
    """Lower end of the plausible range, same unit."""
    high: float | None = None
    """Upper end of the plausible range, same unit."""
    date: PartialDate | None = None
    """When the number was true; empty for constants of nature."""
    source: Identifier
    """Id of the source in the registry."""
    locator: str = ""
    """Place inside the source: table, page, row."""
    basis: Basis
    confidence: Confidence
    note: str = ""

    @model_validator(mode="after")
    def _range_holds_value(self) -> Datum:
        if self.low is not None and self.low > self.value:
            raise ValueError(f"low {self.low:g} is above the value {self.value:g}; swap or mend")
        if self.high is not None and self.high < self.value:
            raise ValueError(f"high {self.high:g} is below the value {self.value:g}; swap or mend")
        return self


class Role(StrEnum):
    """What a material does in a cell, a plant or a supply chain."""

    POSITIVE_ACTIVE = "positive_active"
    NEGATIVE_ACTIVE = "negative_active"
    CONDUCTIVE_ADDITIVE = "conductive_additive"
    BINDER = "binder"
    SOLVENT = "solvent"
    SALT = "salt"
    LIQUID_ELECTROLYTE = "liquid_electrolyte"
    SOLID_ELECTROLYTE = "solid_electrolyte"
    SEPARATOR = "separator"
    FOIL = "foil"
    METAL_ELECTRODE = "metal_electrode"
    CASE = "case"
    RAW_MATERIAL = "raw_material"


class Material(Filed):
    """A substance that can stand in a bill of materials or a price table."""

    id: Identifier
    name: Text
    role: Role
    formula: str = ""
    """Chemical formula; empty for mixtures, whose ``element_mass_fraction`` rows count instead."""
    note: str = ""


class Property(Datum):
    """A physical number of a material."""

    material: Identifier
    property: Literal[
        "density",
        "first_discharge_capacity",
        "specific_capacity",
        "initial_coulombic_efficiency",
        "average_voltage",
        "element_mass_fraction",
        "lithium_salt_concentration",
    ]
    element: str = ""
    """Element symbol, for ``element_mass_fraction`` of mixtures without one formula."""


class Price(Datum):
    """A price of an item at a date."""

    item: Identifier
    """Material id, or the id of a purchased part, fee or service."""
    deck: Identifier
    """Price deck the row belongs to."""
    region: Country
    grade: str = ""
    thickness_um: Annotated[float, Field(gt=0)] | None = None
    """Thickness of the sheet that is priced; between the rows of an item the price of a sheet
    is interpolated, and its first row is the one shown."""
    vat: Literal["excluded", "included", "not_applicable", "unknown"]
    kind: Literal["quote", "annual_average", "model_default", "estimate", "fee"]


class IndexedPrice(Datum):
    """One coefficient of a metal-indexed price: price = fee + sum(coefficient x metal price)."""

    item: Identifier
    term: Identifier
    """``fee`` for the constant term (money per kg), else the id of the raw material."""
    deck: str = ""
    """Deck the coefficient is meant for; empty for all."""
    thickness_um: Annotated[float, Field(gt=0)] | None = None
    """Thickness of the sheet a fee is of."""


class Deck(Filed):
    """A named, dated set of prices."""

    id: Identifier
    name: Text
    date: PartialDate
    currency_year: int
    """Year of the money in which the deck is quoted after conversion to USD."""
    fallback: str = ""
    """Deck asked next for an item this one lacks; every borrowed price is shown as borrowed."""
    note: str = ""


class Share(Datum):
    """Share of a country in the world's production of a material at a stage, in percent."""

    material: Identifier
    stage: Literal["mining", "refining", "active_material", "cell"]
    country: Country


class WorldOutput(Datum):
    """World production or capacity of a material at a stage."""

    material: Identifier
    stage: Literal["mining", "refining", "active_material", "cell"]
    quantity: Literal["production", "capacity"]


class ElementMaterial(Datum):
    """Which material stands for an element at a stage; the value is its content, kg per kg.

    Mined cobalt travels as crude hydroxide, refined cobalt as sulphate: ``material`` is the name
    under which shares and output are counted, ``commodity`` what crosses a border.
    """

    element: Text
    """Element symbol; ``graphite`` where the form counts."""
    stage: Literal["mining", "refining"]
    material: Identifier
    commodity: Identifier
    """The traded form that holds the element; freight and duty are by its mass."""
    price_item: str = ""
    """Item whose price values the element contained; empty where none does."""
    countries: tuple[Country, ...] = ()
    """Countries where it travels in this form; where empty, all that no other row names."""


class MarketAccess(Datum):
    """Share of what a country makes of a material that one buyer can get."""

    stage: Literal["all"]
    """One number for every stage, recycling included."""


class RegionFactor(Datum):
    """What a unit of labour, energy, building or capital costs in a country.

    ``labour`` is what an hour costs the employer in all; ``wage_share`` the part of it paid as
    wages, the basis on which plant models put their overheads.
    """

    country: Country
    factor: Literal[
        "labour",
        "wage_share",
        "building",
        "capital_multiplier",
        "electricity",
        "natural_gas",
        "grid_carbon_intensity",
    ]


class Governance(Datum):
    """Political risk of a country from the Worldwide Governance Indicators."""

    country: Country
    indicator: Identifier


class CriticalListing(Filed):
    """One entry of a dated list of critical raw materials."""

    list: Identifier
    """For instance ``EU_2023``."""
    material: Text
    """As the list names it."""
    elements: tuple[str, ...]
    """Element symbols the entry covers in a battery; ``graphite`` where the form counts."""
    strategic: bool
    date: PartialDate
    source: Identifier
    locator: str = ""


class VatRate(Datum):
    """Value-added tax contained in domestic quotes of a country."""

    country: Country


class ExchangeRate(Datum):
    """Annual average rate, units of currency per US dollar."""

    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    year: int


class PriceLevel(Datum):
    """Price index of a currency area by year, for moving money between years."""

    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    year: int


class EmissionFactor(Datum):
    """Greenhouse gas of burning a fuel (per energy) or of winning a material (per mass)."""

    subject: Identifier
    """The fuel, or the material under which shares are counted."""
    quantity: Literal["combustion", "mining"]


class ProcessEconomics(Datum):
    """Inputs of one kilogram (or kWh) of a stage's product, for cost by country."""

    process: Identifier
    quantity: Literal["labour", "electricity", "heat", "capital", "yield", "other"]


class PlantRow(Datum):
    """One number of the cell plant: a baseline row, or how a process class departs from it."""

    process: Identifier
    """``baseline``, or a process class such as ``semi_solid`` or ``sulfide``."""
    step: Identifier
    quantity: Literal[
        "labour",
        "labour_exponent",
        "capital",
        "capital_exponent",
        "area",
        "area_exponent",
        "labour_factor",
        "capital_factor",
        "area_factor",
        "energy",
        "energy_factor",
        "heat",
    ]
    """Labour in h/year, capital in money, area in m2, all at the baseline plant's output;
    electricity (``energy``) and heat in kWh per kWh of accepted cell; factors are plain numbers."""
    driver: str = ""
    """Rate that sizes a step the baseline lacks: ``cells``, ``pos_m2``, ``neg_m2``, ``tot_m2``,
    ``separator_m2`` or ``kwh``, relative to the baseline plant's; every row of a step names one."""


class ProcessYield(Datum):
    """Yield of a process class: share of the bought material that reaches an accepted cell."""

    process: Identifier
    item: Literal["cell", "electrode", "foil", "separator", "electrolyte", "solid_electrolyte"]


class Freight(Datum):
    """Cost of carrying a commodity between two places."""

    mode: Identifier
    commodity: Identifier
    origin: str = ""
    destination: str = ""


class RecyclingRow(Datum):
    """Recovery, cost or content of a recycling route."""

    route: Identifier
    material: Identifier
    """Element or material recovered; ``all`` for numbers of the route itself."""
    quantity: Literal[
        "recovery",
        "process_cost",
        "collection_cost",
        "availability",
        "payable",
        "gate_fee",
        "capital_exponent",
        "reference_size",
        "largest_size",
    ]
    """``payable`` is the share of the market price paid for what a feed holds; ``gate_fee`` what
    the recycler is paid for taking it; capital goes with size to the power of its exponent."""
    country: str = ""
    """Country or area of an availability (GWh of cells a year); empty for the other numbers."""


# --- chemistries -----------------------------------------------------------------------


class Component(Record):
    """One ingredient of a dry coating or layer."""

    material: Identifier
    mass_fraction: Datum
    """Of the dry coating; the fractions of a coating add to one."""


class Coating(Record):
    """A porous electrode coating on one side of its foil."""

    components: tuple[Component, ...] = Field(min_length=1)
    """Active materials, carbon, binder and any solid electrolyte mixed in."""
    porosity: Datum
    """Void volume fraction left after pressing; liquid or gel may fill it."""
    areal_capacity: Datum | None = None
    """Per side at the rated window; the negative follows from the N/P ratio instead."""
    utilisation: Datum | None = None
    """Full-cell capacity over first-discharge capacity against metal."""
    specific_capacity: Datum | None = None
    """Capacity of the active part when it departs from its material's own record."""
    binder_solvent: Identifier | None = None
    """``NMP`` or ``water``; nothing for a dry or melt process."""


class MetalLayer(Record):
    """A metal negative electrode in excess of what is plated from the positive."""

    material: Identifier
    excess_thickness: Datum
    """At full discharge, per side."""


class Foil(Record):
    """A current collector."""

    material: Identifier
    thickness: Datum


class Layer(Record):
    """One layer between the electrodes; a separator may have several."""

    material: Identifier
    thickness: Datum
    porosity: Datum | None = None
    """Void volume fraction; dense where absent."""


class Positive(Record):
    """The positive electrode."""

    coating: Coating
    foil: Foil


class Negative(Record):
    """The negative electrode: a coating, a metal layer, or neither (anode-free)."""

    foil: Foil
    coating: Coating | None = None
    metal: MetalLayer | None = None
    n_p_ratio: Datum | None = None
    """Areal capacity of the negative over that of the positive; needed with a coating."""
    plated_thickness: Datum | None = None
    """Growth of the stack on charge, um per mAh/cm2, where metal is plated."""

    @model_validator(mode="after")
    def _one_kind(self) -> Negative:
        if self.coating is not None and self.metal is not None:
            raise ValueError("negative has both a coating and a metal layer; keep one")
        if self.coating is not None and self.n_p_ratio is None:
            raise ValueError("negative has a coating but no n_p_ratio; give one, usually 1.05-1.15")
        return self


class Liquid(Record):
    """Liquid or gel electrolyte."""

    material: Identifier
    loading: Datum
    """Mass per ampere-hour of cell capacity."""


class Family(StrEnum):
    """Class of electrolyte, for grouping on a page; nothing is computed from it."""

    LIQUID = "liquid"
    SEMI_SOLID = "semi-solid"
    SOLID_STATE = "solid-state"
    SODIUM_ION = "sodium-ion"


class Chemistry(Filed):
    """A cell chemistry: what is coated, stacked and filled, and by which process."""

    id: Identifier
    name: Text
    family: Family
    process: Identifier
    """Rows of the plant and yield tables that apply, for instance ``liquid`` or ``sulfide``."""
    average_voltage: Datum
    """Mean discharge voltage of the full cell at low rate."""
    positive: Positive
    negative: Negative
    separator: tuple[Layer, ...] = Field(min_length=1)
    liquid: Liquid | None = None
    reference_couple: str = ""
    """Column of the BatPaC 5.0 properties this chemistry corresponds to, if any."""
    note: str = ""


# --- cell formats ----------------------------------------------------------------------


class CellFormat(Filed):
    """Outer dimensions and hardware of a cell."""

    id: Identifier
    name: Text
    shape: Literal["pouch", "prismatic", "cylindrical"]
    thickness: Datum | None = None
    """Pouch and prismatic: the short side, across the stack."""
    width: Datum | None = None
    """Pouch and prismatic: across the tabs' direction."""
    height: Datum | None = None
    """All shapes: along the tabs for pouch, body height for cans."""
    diameter: Datum | None = None
    """Cylindrical: outer diameter."""
    wall_thickness: Datum
    """Can wall, or pouch laminate."""
    wall_material: Identifier
    lid_mass: Datum | None = None
    """Lid, vent and caps."""
    terminal_mass: Datum
    """Tabs, terminals and internal collectors beyond the foils."""
    terminal_material: Identifier
    margin_thickness: Datum
    """Free space across the stack, both sides together (insulation, swelling)."""
    margin_width: Datum
    """Free space beside the electrodes, both sides together (seal, overhang)."""
    margin_height: Datum
    """Free space along the tabs, both ends together (seal, tabs, headspace)."""
    core_diameter: Datum | None = None
    """Cylindrical: open core of the winding."""
    rolls: Datum | None = None
    """Pouch and prismatic: flat-wound rolls side by side; stacked where absent."""

    @model_validator(mode="after")
    def _has_dimensions(self) -> CellFormat:
        needed = (
            ("diameter", "height", "core_diameter")
            if self.shape == "cylindrical"
            else ("thickness", "width", "height")
        )
        missing = [name for name in needed if getattr(self, name) is None]
        if missing:
            raise ValueError(f"a {self.shape} format needs {', '.join(missing)}")
        if self.shape == "cylindrical" and self.rolls is not None:
            raise ValueError("a cylindrical format holds one roll; leave rolls out")
        return self
