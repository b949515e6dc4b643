"""Dependence: concentration, loss of a supplier, supply risk of an importer, listed firms."""

from calculator.dependence.eu_risk import eu_supply_risk, governance_hhi, import_reliance
from calculator.dependence.firms import Exposure, firm_exposure
from calculator.dependence.imports import (
    ImportDependence,
    ImporterRisk,
    geopolrisk_by_year,
    import_dependence,
)
from calculator.dependence.plan import PlanOutage, plan_outages
from calculator.dependence.plan_exact import ExactOutage, n1_exact
from calculator.dependence.spend import SPEND_TEMPLATE, Spend, read_spend
from calculator.dependence.tables import firm_tables, loss_table, n1_table
from calculator.dependence.world import Loss, StageDependence, losses, world_dependence

__all__ = [
    "SPEND_TEMPLATE",
    "ExactOutage",
    "Exposure",
    "ImportDependence",
    "ImporterRisk",
    "Loss",
    "PlanOutage",
    "Spend",
    "StageDependence",
    "eu_supply_risk",
    "firm_exposure",
    "firm_tables",
    "geopolrisk_by_year",
    "governance_hhi",
    "import_dependence",
    "import_reliance",
    "loss_table",
    "losses",
    "n1_exact",
    "n1_table",
    "plan_outages",
    "read_spend",
    "world_dependence",
]
