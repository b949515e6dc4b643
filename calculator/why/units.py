"""The unit that a name of the kernel carries at its end, as a reader writes it."""

from __future__ import annotations

_UNITS = {
    "usd": "USD", "musd": "M USD", "kwh": "kWh", "wh": "Wh", "gwh": "GWh", "mj": "MJ",
    "kg": "kg", "g": "g", "mg": "mg", "t": "t", "kt": "kt", "ah": "Ah", "mah": "mAh", "v": "V",
    "a": "A", "w": "W", "kw": "kW", "um": "um", "mm": "mm", "cm": "cm", "m": "m", "m2": "m2",
    "cm2": "cm2", "mm2": "mm2", "cm3": "cm3", "l": "L", "h": "h", "s": "s", "k": "K",
    "percent": "%", "year": "year", "years": "years", "days": "days", "kgco2e": "kgCO2e",
    "co2": "kgCO2e",
}  # fmt: skip


def unit_of(name: str) -> str:
    """Unit at the end of a name: ``mass_kg_per_kwh`` is in ``kg/kWh``; empty where none."""
    words = name.lower().split("_")
    found: list[str] = []
    while words:
        unit = _UNITS.get(words[-1])
        if unit is None or (len(words) == 1 and not found):
            break
        found.insert(0, unit)
        words.pop()
        if not words or words[-1] != "per":
            break
        words.pop()
    return "/".join(found) if len(found) < 3 else f"{found[0]}/({'*'.join(found[1:])})"


def words_of(name: str) -> str:
    """A name without its unit, as words: ``bought_kg_per_kwh`` is ``bought``."""
    words = name.strip("_").split("_")
    unit = unit_of(name)
    if unit:
        taken = 2 * len(unit.replace("(", "").replace(")", "").replace("*", "/").split("/")) - 1
        words = words[: len(words) - taken] or words
    return " ".join(words)
