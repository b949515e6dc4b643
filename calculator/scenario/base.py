"""What every part of a scenario shares."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

_PRINTABLE = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]*$"

Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_PRINTABLE)]
"""One line of text."""
Id = Annotated[str, StringConstraints(max_length=100, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.+-]*$")]
"""Name of a record of the database."""
Reference = Annotated[str, StringConstraints(min_length=1, max_length=1000, pattern=_PRINTABLE)]
"""Name of a record, or a path to a file of one's own that ends in ``.yaml`` or ``.yml``."""


def _known_place(code: str) -> str:
    from materials_db.countries import PLACES

    if code not in PLACES:
        raise ValueError(f"'{code}' is no country; use its ISO 3166 code, such as 'CHN' or 'DEU'")
    return code


Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$"), AfterValidator(_known_place)]
"""ISO 3166 alpha-3 code; ``EUU`` is the European Union, ``ROW`` the rest of the world."""
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
"""ISO 4217 code; the year is a key of its own."""


class Part(BaseModel):
    """A frozen part of a scenario that refuses unknown keys.

    In a file a field goes by its alias (``energy: 75 kWh``), in Python by its name
    (``energy_kwh=75``).
    """

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        use_attribute_docstrings=True,
        allow_inf_nan=False,
        str_strip_whitespace=True,
        validate_by_name=True,
        validate_by_alias=True,
        validate_default=False,
    )
