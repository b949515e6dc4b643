"""The names by which a user calls the flows of a network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from calculator.sourcing.errors import did_you_mean, raise_faults
from calculator.sourcing.layout import Layout


@dataclass(frozen=True)
class FlowNames:
    """Columns by label ("supply nickel at A") and by label without its first word, the id."""

    at: Mapping[str, tuple[int, ...]]

    @classmethod
    def of(cls, layout: Layout) -> FlowNames:
        """Index the flows of a layout."""
        at: dict[str, tuple[int, ...]] = {}
        for j, label in enumerate(layout.labels):
            at[label] = (*at.get(label, ()), j)
            short = label.partition(" ")[2]
            at[short] = (*at.get(short, ()), j)
        return cls(at)

    def columns(self, names: Iterable[str]) -> list[int]:
        """Return the column of each flow.

        Raises:
            SourcingError: every name that is unknown or stands for several flows.
        """
        wanted = list(names)
        faults = [self._fault(name) for name in wanted if len(self.at.get(name, ())) != 1]
        raise_faults("The flows cannot be used:", faults)
        return [self.at[name][0] for name in wanted]

    def _fault(self, name: str) -> str:
        if name in self.at:
            return f"{name!r} stands for several flows; write its kind first: 'supply {name}'."
        return f"unknown flow {name!r}; {did_you_mean(name, self.at)}"
