"""The plan as data: every requirement of a plan is an entry of a YAML file that cites its clause."""

from lifecircle.plan.check import check_layers
from lifecircle.plan.figures import COMPARATOR_SIGNS, Comparator, Figure
from lifecircle.plan.read import plan_names, read_plan
from lifecircle.plan.reference import plan_file_page
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
from lifecircle.plan.tables import layers_of, plan_differences
from lifecircle.plan.wording import rule_words, target_words

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
    "check_layers",
    "layers_of",
    "plan_differences",
    "plan_file_page",
    "plan_names",
    "read_plan",
    "rule_words",
    "target_words",
]
