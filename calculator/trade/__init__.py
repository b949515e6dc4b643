"""Trade policy: duties stacked by code, origin, importer and day; landed cost; rebates."""

from calculator.trade.days import day_of
from calculator.trade.history import DutyHistory, duty_history
from calculator.trade.landed import Landed, LandedLine, landed_cost
from calculator.trade.lines import DutyLine, DutyStack, OffLine
from calculator.trade.places import customs_area, customs_base
from calculator.trade.products import find_product, hs_code
from calculator.trade.rebate import rebate_rate, rebate_uplift
from calculator.trade.stack import duty_stack
from calculator.trade.table import DutyTable, duty_table

__all__ = [
    "DutyHistory",
    "DutyLine",
    "DutyStack",
    "DutyTable",
    "Landed",
    "LandedLine",
    "OffLine",
    "customs_area",
    "customs_base",
    "day_of",
    "duty_history",
    "duty_stack",
    "duty_table",
    "find_product",
    "hs_code",
    "landed_cost",
    "rebate_rate",
    "rebate_uplift",
]
