"""The plan as data: every requirement of a plan is an entry of a YAML file that cites its clause."""

from lifecircle.plan.figures import COMPARATOR_SIGNS, Comparator, Figure
from lifecircle.plan.read import plan_names, read_plan
from lifecircle.plan.schema import Indicator, Plan, Promise
from lifecircle.plan.standards import (
    Amount,
    AreaChoice,
    Circle,
    Clause,
    Composite,
    Presence,
    Ratio,
    Share,
    Standard,
    Statistic,
)

__all__ = [
    "COMPARATOR_SIGNS",
    "Amount",
    "AreaChoice",
    "Circle",
    "Clause",
    "Comparator",
    "Composite",
    "Figure",
    "Indicator",
    "Plan",
    "Presence",
    "Promise",
    "Ratio",
    "Share",
    "Standard",
    "Statistic",
    "plan_names",
    "read_plan",
]
