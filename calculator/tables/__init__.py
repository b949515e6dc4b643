"""Results as tidy tables, the same for terminal, export and pages."""

from calculator.tables.costs import (
    Shown,
    bill_table,
    comparison_table,
    cost_by_component_table,
    cost_by_step_table,
    price_table,
    shown_in,
    shown_in_usd,
)
from calculator.tables.minerals import WHOLE_CELL, critical_lists, element_table
from calculator.tables.plans import (
    flow_table,
    plan_cost_table,
    relaxation_table,
    rule_table,
    share_table,
)
from calculator.tables.provenance import (
    ASSUMED_FOOTER,
    ASSUMED_MARK,
    Support,
    inputs_table,
    label,
    notes_table,
    records_table,
    sources_table,
    support,
)

__all__ = [
    "ASSUMED_FOOTER",
    "ASSUMED_MARK",
    "WHOLE_CELL",
    "Shown",
    "Support",
    "bill_table",
    "comparison_table",
    "cost_by_component_table",
    "cost_by_step_table",
    "critical_lists",
    "element_table",
    "flow_table",
    "inputs_table",
    "label",
    "notes_table",
    "plan_cost_table",
    "price_table",
    "records_table",
    "relaxation_table",
    "rule_table",
    "share_table",
    "shown_in",
    "shown_in_usd",
    "sources_table",
    "support",
]
