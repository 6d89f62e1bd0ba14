"""Changes and counts in words."""

from __future__ import annotations

import pytest

from lifecircle.monitoring.telling import Telling
from lifecircle.plan import read_plan
from lifecircle.report.content.words import Words
from report.small_city import small_city


@pytest.fixture(scope="module", params=["zh", "en"])
def telling(request):
    return Telling(Words(small_city(), request.param), (), *[None] * 4)


@pytest.mark.parametrize(
    ("standard", "change", "zh", "en"),
    [
        ("work_accidents", 7.0, "+7个百分点", "+7 points"),
        ("work_accidents", -0.25, "\N{MINUS SIGN}0.25个百分点", "\N{MINUS SIGN}0.25 points"),
        ("medical_circle", 0.071, "+7.1个百分点", "+7.1 points"),
        ("medical_circle", -0.0002, "不足0.1个百分点", "less than 0.1 points"),
        ("medical_circle", 0.0, "0.0个百分点", "0.0 points"),
    ],
)
def test_differences_of_percentages_are_points(telling, standard, change, zh, en):
    standard = read_plan("nanjing-14fyp").standard(standard)
    assert telling.size(change, standard) == (zh if telling.words.lang == "zh" else en)


def test_what_there_is_none_of_is_not_counted(telling):
    counts = {"better": 31, "worse": 0, "same": 1}
    zh, en = "31项向好，1项不变", "31 got better, 1 stayed the same"
    assert telling.counts("count", counts) == (zh if telling.words.lang == "zh" else en)
