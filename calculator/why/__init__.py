"""Why a number is what it is: its tree of formulas, values, units and sources."""

from calculator.why.compared import compared_figures
from calculator.why.dependence import dependence_figures
from calculator.why.figures import Figure, Figures
from calculator.why.landed import landed_figures
from calculator.why.leaves import Given, Setting
from calculator.why.method import method_figures
from calculator.why.minerals import mineral_figures
from calculator.why.planned import planned_figures
from calculator.why.scenario import scenario_figures, table_of
from calculator.why.tree import Derivation, Step, derive

__all__ = [
    "Derivation",
    "Figure",
    "Figures",
    "Given",
    "Setting",
    "Step",
    "compared_figures",
    "dependence_figures",
    "derive",
    "landed_figures",
    "method_figures",
    "mineral_figures",
    "planned_figures",
    "scenario_figures",
    "table_of",
]
