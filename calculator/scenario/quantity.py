"""Fields that hold a number and are written as text with a unit.

Inside, a plain float in the unit of the field's name (``energy_kwh``); in a file, text such as
``75 kWh``, under the field's alias (``energy``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, core_schema

AS_TEXT = {"quantities": "text"}
"""Validation context of a file: a bare number is refused where a unit is needed."""


def plain(value: float) -> str:
    """Shortest text that reads back as the same number: ``75``, ``0.1``, ``1e-07``."""
    text = repr(float(value))
    return text.removesuffix(".0")


@dataclass(frozen=True)
class Unit:
    """Marks a float field as a quantity: ``Annotated[float, Unit("kWh")]``.

    Text is read through ``materials_db.units`` in any unit of the same dimension. A number is
    taken as it stands from Python, and refused from a file.
    """

    text: str
    above: float | None = None
    """The value must be greater than this."""
    least: float | None = None
    """The value must be this or more."""
    most: float | None = None
    """The value must be this or less."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Read text or number, check the bounds, write text."""
        write = core_schema.plain_serializer_function_ser_schema(self.write, when_used="json")
        read = core_schema.with_info_plain_validator_function(self.read, serialization=write)
        return core_schema.chain_schema([read, handler(source)], serialization=write)

    def read(self, value: object, info: ValidationInfo) -> float:
        """The number in the field's unit; a ``ValueError`` says what to write instead."""
        return self._bounded(self._number(value, info.context == AS_TEXT), value)

    def write(self, value: float) -> str:
        """The number with its unit, as a file holds it."""
        return f"{plain(value)} {self.text}"

    def _number(self, value: object, as_text: bool) -> float:
        from materials_db.units import UnitError, split_quantity, to

        if isinstance(value, str):
            number, unit = split_quantity(value)
            if unit != "1":
                return float(to(number, unit, self.text))
            raise UnitError(f"'{value}' has no unit; {self._remedy(number)}")
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(f"a quantity is needed here; write a text such as '1 {self.text}'")
        if as_text:
            raise UnitError(f"'{value}' has no unit; {self._remedy(float(value))}")
        return float(value)

    def _remedy(self, number: float) -> str:
        if self.text == "%" and 0 < number <= 1:
            return f"write '{number * 100:g} %', or '{plain(number)} %' if that little is meant"
        return f"write '{self.write(number)}'"

    def _bounded(self, number: float, value: object) -> float:
        if self.above is not None and not number > self.above:
            raise ValueError(f"'{value}' is too small; give more than {self.write(self.above)}")
        if self.least is not None and not number >= self.least:
            raise ValueError(f"'{value}' is too small; give {self.write(self.least)} or more")
        if self.most is not None and not number <= self.most:
            raise ValueError(f"'{value}' is too large; give {self.write(self.most)} or less")
        return number
