"""Laws and schemes from a dated table: what they ask on a day, and what they pay.

``law_on`` and ``requirements`` read the table, ``policy_choices`` says which laws a plan can be
held to. The rest are the sums of single schemes: the content test of a vehicle, the cost ratio of
what is bought, subsidies, credits and grants.
"""

from calculator.policy.assistance import Alliance, CostRatio, alliance, cost_ratio
from calculator.policy.benchmarks import Benchmark, benchmarks
from calculator.policy.choices import ON_PLAN, Choice, OnPlan, jurisdiction_of, policy_choices
from calculator.policy.content import EUContent, eu_content
from calculator.policy.credits import Credit, production_credit
from calculator.policy.grants import Grant, grant_per_kwh, grants
from calculator.policy.requirements import (
    LawOn,
    Requirement,
    law_on,
    members,
    policy_row,
    recalled_note,
    requirements,
)
from calculator.policy.vehicle_subsidy import Reach, reach_on, subsidy_reach
from calculator.policy.words import status_words

__all__ = [
    "ON_PLAN",
    "Alliance",
    "Benchmark",
    "Choice",
    "CostRatio",
    "Credit",
    "EUContent",
    "Grant",
    "LawOn",
    "OnPlan",
    "Reach",
    "Requirement",
    "alliance",
    "benchmarks",
    "cost_ratio",
    "eu_content",
    "grant_per_kwh",
    "grants",
    "jurisdiction_of",
    "law_on",
    "members",
    "policy_choices",
    "policy_row",
    "production_credit",
    "reach_on",
    "recalled_note",
    "requirements",
    "status_words",
    "subsidy_reach",
]
