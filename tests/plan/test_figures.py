from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from lifecircle.plan import COMPARATOR_SIGNS, Figure


@pytest.mark.parametrize(
    ("printed", "value", "comparator", "cumulative"),
    [
        ("2.3", 2.3, None, False),
        ("4.5左右", 4.5, "about", False),
        ("≥85", 85, ">=", False),
        (">98", 98, ">", False),
        ("≤5", 5, "<=", False),
        ("<5", 5, "<", False),
        ("〔80〕", 80, None, True),
        ("〔>15〕", 15, ">", True),
        ("—", None, None, False),
    ],
)
def test_a_printed_figure_is_read_with_its_comparator(printed, value, comparator, cumulative):
    figure = Figure.model_validate(printed)
    assert (figure.printed, figure.value, figure.comparator, figure.cumulative) == (
        printed,
        value,
        comparator,
        cumulative,
    )


@given(
    value=st.decimals(min_value=0, max_value=10**6, places=2),
    comparator=st.sampled_from([None, *COMPARATOR_SIGNS]),
    cumulative=st.booleans(),
)
def test_every_combination_of_number_comparator_and_brackets_is_read_back(value, comparator, cumulative):
    sign = COMPARATOR_SIGNS.get(comparator, "")
    printed = f"{value}{sign}" if comparator == "about" else f"{sign}{value}"
    figure = Figure.model_validate(f"〔{printed}〕" if cumulative else printed)
    assert (figure.value, figure.comparator, figure.cumulative) == (float(value), comparator, cumulative)


@pytest.mark.parametrize("printed", ["", "约5", "5%", "〔5", "5〕", "≥", "-5", "1,000", "85 ", "-", "5左右左右", "nan"])
def test_what_no_plan_prints_is_refused_with_the_remedy(printed):
    with pytest.raises(ValidationError, match=r"Write a number such as 4\.5, ≥85, 18左右, 〔16〕, or —"):
        Figure.model_validate(printed)


def test_a_bare_number_is_refused_because_yaml_drops_its_last_zero():
    with pytest.raises(ValidationError, match="write the figure in quotes"):
        Figure.model_validate(4.20)
