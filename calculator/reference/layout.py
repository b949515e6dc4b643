"""How cells are grouped into modules, rows and a pack."""

from __future__ import annotations

from dataclasses import dataclass

from calculator.errors import InputError

_DEFAULT_CELLS_PER_MODULE = 20
_DEFAULT_MODULES = 20


@dataclass(frozen=True, slots=True)
class PackLayout:
    """Counts of cells, modules and rows; every count is a whole number of at least one."""

    cells_per_module: int = _DEFAULT_CELLS_PER_MODULE
    cells_in_parallel: int = 2
    rows: int = 4
    modules_per_row: int = 5
    modules_in_parallel: int = 2

    @property
    def modules(self) -> int:
        """Modules in the pack."""
        return self.rows * self.modules_per_row

    @property
    def cells(self) -> int:
        """Cells in the pack."""
        return self.cells_per_module * self.modules

    @property
    def strings(self) -> int:
        """Cells side by side across the pack: they share its current."""
        return self.cells_in_parallel * self.modules_in_parallel

    @property
    def series_groups(self) -> int:
        """Cell groups in series between the pack's terminals."""
        return self.cells // self.strings

    @property
    def groups_per_module(self) -> int:
        """Groups of parallel cells in a module."""
        return self.cells_per_module // self.cells_in_parallel

    @property
    def cell_interconnects(self) -> int:
        """Copper pieces that join the cells of a module."""
        return self.interconnects_between_groups + 2 * (self.cells_in_parallel - 1)

    @property
    def interconnects_between_groups(self) -> int:
        """Copper pieces of a module without those that join its end groups to the tabs."""
        return (self.groups_per_module - 1) * (1 + 2 * (self.cells_in_parallel - 1))

    @property
    def has_terminal_bus_bar(self) -> int:
        """1 where an odd number of rows needs a bus bar along a row to reach the terminals."""
        return self.rows % 2

    @property
    def bridging_bus_bars(self) -> int:
        """Bus bars that bridge rows of modules."""
        return max((self.rows + 1) // 2 - 1, 0)


def resolve_layout(
    cells: int | None,
    cells_per_module: int | None,
    modules: int | None,
    cells_in_parallel: int,
    rows: int,
    modules_in_parallel: int,
) -> PackLayout:
    """Fill the counts left open (None) and check that they fit one another.

    Two of `cells`, `cells_per_module` and `modules` fix the third; with fewer given, 20 modules
    and then 20 cells a module are taken. Raises ValueError where the counts cannot be met.
    """
    modules = modules or _modules_of(cells, cells_per_module)
    cells_per_module = cells_per_module or _shared(cells, "cells", modules, "modules")
    if cells is not None and cells != cells_per_module * modules:
        raise InputError(
            f"cells: {cells} is not cells_per_module x modules = "
            f"{cells_per_module * modules}; give two of the three and leave the third out."
        )
    per_row = _shared(modules, "modules", rows, "rows")
    _shared(cells_per_module, "cells_per_module", cells_in_parallel, "cells_in_parallel")
    _shared(modules, "modules", modules_in_parallel, "modules_in_parallel")
    return PackLayout(cells_per_module, cells_in_parallel, rows, per_row, modules_in_parallel)


def _modules_of(cells: int | None, cells_per_module: int | None) -> int:
    if cells is None or cells_per_module is None:
        return _DEFAULT_MODULES
    return _shared(cells, "cells", cells_per_module, "cells_per_module")


def _shared(whole: int | None, name: str, parts: int, parts_name: str) -> int:
    if whole is None:
        return _DEFAULT_CELLS_PER_MODULE
    if whole % parts:
        raise InputError(
            f"{name}: {whole} does not divide by {parts_name} = {parts}; choose a multiple of it."
        )
    return whole // parts
