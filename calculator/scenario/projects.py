"""Projects a scenario switches on: shipped ones by id, or one's own, with the numbers they need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from calculator.errors import InputError
from calculator.scenario.base import Country, Id, Name, Part
from calculator.scenario.quantity import Unit
from calculator.scenario.rule_base import MoneyText, Percent, Stage, money_per

if TYPE_CHECKING:
    from calculator.projects import Choice
    from calculator.scenario.schema import Scenario, Sourcing
    from calculator.supply.projects import ProjectCapacity
    from materials_db.database import MaterialsDB
    from materials_db.schema import Datum

_OWN = ("country", "material", "stage", "capacity", "start", "ramp", "cost")
_UNITS = {"mass per time": "kg/year", "energy per time": "kWh/year"}


def _yearly(text: str) -> str:
    """A mass or an energy a year, kept as it is written."""
    from materials_db.units import dimension, split_quantity

    number, unit = split_quantity(text)
    if dimension(unit) not in _UNITS:
        raise ValueError(f"'{text}' is no output a year; write such as '20 kt/year'")
    if number < 0:
        raise ValueError(f"'{text}' is below 0; give 0 or more")
    return text


def _money(text: str) -> str:
    """Money per kg, or per kWh of cells."""
    return str(money_per("kWh" if "Wh" in text else "kg").func(text))  # type: ignore[call-arg]


Yearly = Annotated[str, StringConstraints(min_length=3, max_length=60), AfterValidator(_yearly)]


class ProjectWish(Part):
    """A project that adds capacity: a shipped one by its id (``project``), or your own (``name``).

    Your own needs every key but ``good``, ``offtake`` and ``owner``. A shipped one brings what its
    sources state; the rest must be given, and what is lacking is asked for.
    """

    project: Id | None = Field(default=None, examples=["Sila"])
    """Id of a shipped project; ``battcalc projects`` lists them."""
    name: Name | None = Field(default=None, examples=["Graphite plant in Norway"])
    """Your name for a project of your own."""
    country: Country | None = Field(default=None, examples=["NOR"])
    """Where it produces."""
    material: Id | None = Field(default=None, examples=["graphite"])
    """Material under which shares are counted, such as ``graphite`` or ``battery_cell``."""
    stage: Stage | None = Field(default=None, examples=["refining"])
    """Stage at which it produces."""
    good: Id | None = Field(default=None, examples=["SiC_composite"])
    """Which active material it makes, where several are counted under one name; all if left out."""
    capacity: Yearly | None = Field(default=None, examples=["20 kt/year"])
    """What it makes when it is up; where mined or refined, of the element contained."""
    start: int | None = Field(default=None, ge=1990, le=2100, examples=[2028])
    """Year of its first delivery, from its first day on."""
    ramp_years: Annotated[float, Unit("year", least=0, most=30)] | None = Field(
        default=None, alias="ramp", examples=["2 year"]
    )
    """From the first delivery to full output, in a straight line."""
    cost: Annotated[MoneyText, AfterValidator(_money)] | None = Field(
        default=None, examples=["9 USD_2025/kg"]
    )
    """At the mine what it sells at, per kg of the element contained; further down what it costs to
    turn its inputs into a kg (or a kWh of cells), the inputs left out."""
    offtake_percent: Percent | None = Field(default=None, alias="offtake", examples=["50 %"])
    """Part of its output that is promised to you; if left out, what the market gives you of any
    source (``market_access``)."""
    owner: Name | None = Field(default=None, examples=["Example Mining"])
    """Who owns it, for rules and events on owners; the project's name if left out."""

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if (self.project is None) == (self.name is None):
            raise ValueError(
                "a project is either shipped or your own; give 'project' with an id, or 'name'"
            )
        if self.project is not None:
            fixed = ("country", "material", "stage", "good")
            given = next((key for key in fixed if getattr(self, key) is not None), None)
            if given:
                raise ValueError(
                    f"'{given}' of the shipped project '{self.project}' cannot be changed; "
                    "write a project of your own with 'name'"
                )
        return self

    @model_validator(mode="after")
    def _own_is_whole(self) -> Self:
        lacking = [key for key in _OWN if self.name is not None and self._given(key) is None]
        if lacking:
            raise ValueError(
                f"project '{self.name}' lacks {', '.join(lacking)}; give them, "
                "for nothing stands in for a number that is not known"
            )
        return self

    def _given(self, key: str) -> object:
        return getattr(self, "ramp_years" if key == "ramp" else key)

    def lacks(self, needed: tuple[str, ...]) -> tuple[str, ...]:
        """Which of the needed keys are not given."""
        return tuple(key for key in needed if self._given(key) is None)


def projects_of(db: MaterialsDB, scenario: Scenario) -> tuple[ProjectCapacity, ...]:
    """The projects of a scenario as capacity of the year it asks for.

    Raises:
        InputError: a project lacks a number, or makes nothing that a cell plan holds.
        UnknownNameError: no shipped project bears an id.
    """
    asked = scenario.sourcing
    if asked is None or not asked.projects:
        return ()
    return tuple(_capacity(db, wish, asked, f"USD_{scenario.year}") for wish in asked.projects)


def _capacity(db: MaterialsDB, wish: ProjectWish, asked: Sourcing, money: str) -> ProjectCapacity:
    if wish.project is None:
        return _made(db, wish, asked, money, ())
    from calculator.projects import project_choice

    chosen = project_choice(db, wish.project)
    _check_shipped(chosen, wish)
    whole, records = _completed(wish, chosen)
    return _made(db, whole, asked, money, records)


def _check_shipped(chosen: Choice, wish: ProjectWish) -> None:
    if not chosen.in_cell_plan:
        raise InputError(
            f"project '{chosen.id}' makes {chosen.row.material}, which no cell plan holds; leave "
            f"it out, and ask 'battcalc projects' what it covers (magnets: docs/projects.md)"
        )
    lacking = wish.lacks(chosen.needs)
    if lacking:
        raise InputError(
            f"project '{chosen.id}': no source states its {', '.join(lacking)}; give "
            f"{'them' if len(lacking) > 1 else 'it'} beside 'project'"
        )


def _completed(wish: ProjectWish, chosen: Choice) -> tuple[ProjectWish, tuple[Datum, ...]]:
    """The wish with what the sources of a shipped project state."""
    row, stated = chosen.row, chosen.number("capacity")
    used = (stated,) if stated is not None and wish.capacity is None else ()
    written = f"{stated.value} {stated.unit}" if stated is not None else None
    changes = {
        "project": None,
        "name": row.name,
        "country": row.country,
        "material": row.network_material,
        "stage": row.stage,
        "good": row.network_good or None,
        "capacity": wish.capacity or written,
        "start": chosen.first_year if wish.start is None else wish.start,
    }
    return wish.model_copy(update=changes), used


def _made(
    db: MaterialsDB,
    wish: ProjectWish,
    asked: Sourcing,
    money: str,
    records: tuple[Datum, ...],
) -> ProjectCapacity:
    from calculator.money import convert
    from calculator.projects import Delivery, capacity_in
    from calculator.supply.grounds import ground
    from calculator.supply.projects import ProjectCapacity
    from materials_db.units import split_quantity

    name, stage = str(wish.name), str(wish.stage)
    unit = "kWh" if stage == "cell" else "kg"
    delivery = Delivery(
        name, _in_unit(wish, unit), float(wish.start or 0), float(wish.ramp_years or 0.0)
    )
    amount = float(capacity_in(delivery, float(asked.year or 0)))
    cost, per = split_quantity(str(wish.cost))
    _check_unit(wish, per.partition("/")[2], unit)
    said = (
        f"{name}: {wish.capacity} from {wish.start}, ramp {wish.ramp_years:g} years, of which "
        f"{100 * amount / delivery.most if delivery.most else 0:.3g} % in {asked.year}",
    )
    return ProjectCapacity(
        name=name,
        owner=wish.owner or name,
        country=str(wish.country),
        stage=stage,
        material=str(wish.material),
        per_year=amount,
        usd_per_unit=float(convert(db, cost, per, f"{money}/{unit}")[0]),
        good=wish.good,
        offtake=None if wish.offtake_percent is None else wish.offtake_percent / 100.0,
        ground=ground("capacity", f"project {name} in {asked.year}", records, said),
    )


def _in_unit(wish: ProjectWish, unit: str) -> float:
    from materials_db.units import split_quantity, to

    number, written = split_quantity(str(wish.capacity))
    _check_unit(wish, written.partition("/")[0], unit)
    return float(to(number, written, f"{unit}/year"))


def _check_unit(wish: ProjectWish, written: str, unit: str) -> None:
    """Cells are counted in energy, all else in mass."""
    from materials_db.units import dimension

    if dimension(written) != dimension(unit):
        what = "energy" if unit == "kWh" else "mass"
        raise InputError(
            f"project '{wish.name}' at {wish.stage} is counted by {what}; give 'capacity' in "
            f"{unit}/year and 'cost' per {unit}, or units of the same kind"
        )
