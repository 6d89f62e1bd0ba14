"""Two sources of people side by side, in the town of one street.

The clinic stands at 118.800; 15 minutes are 900 m, that is 0.0095 degrees: of the first source 100 + 200 people at
118.800 and 118.805 are within reach, 300 + 400 beyond; 50 live on an island without any way out.
"""

from __future__ import annotations

import pandas as pd
import pytest

from lifecircle.run import Engine, analyse
from lifecircle.scores.populations import POPULATION_COLUMNS
from lifecircle.study import read_study
from town_study import write_town

SECOND = "second_residents: {file: second.csv}\n"


@pytest.fixture
def town(tmp_path):
    """Return what analyses the town with a second source: longitude and people of points on the street."""
    path = write_town(tmp_path)

    def analysed(points, engine=None):
        table = pd.DataFrame(points, columns=["lon", "lat", "population"])
        table.to_csv(tmp_path / "second.csv", index=False)
        path.write_text(path.read_text(encoding="utf-8") + SECOND, encoding="utf-8")
        return analyse(read_study(path), engine=engine or Engine())

    return analysed


def of(table, standard, level="city", area="city"):
    same = table["standard_id"].isna() if standard is None else table["standard_id"] == standard
    return table[same & (table["level"] == level) & (table["area_id"] == area)].iloc[0]


def test_people_and_shares_of_both_sources_stand_side_by_side(town):
    """The second source: 400 people at 118.804, 200 at 118.806 and 200 at 118.827.

    Clinic, city: 300 of 1050 = 0.285714 and 600 of 800 = 0.75. West: 300 of 350 and 600 of 600; east: 0 of 700 and 0
    of 200.
    """
    second = [(118.804, 32.0, 400), (118.806, 32.0, 200), (118.827, 32.0, 200)]
    findings = town(second).findings
    table = findings.populations
    assert tuple(table) == POPULATION_COLUMNS
    areas = (("city", "city"), ("district", "w"), ("community", "2"), ("group", "outer"))
    columns = ["people", "second_people", "people_difference"]
    people = {area: of(table, None, level, area)[columns].tolist() for level, area in areas}
    west, east = [350, 600, 250], [700, 200, -500]
    assert people == {"city": [1050, 800, -250], "w": west, "2": east, "outer": east}
    clinic = of(table, "clinic_15")
    assert clinic["value"] == pytest.approx(300 / 1050)
    assert clinic["second_value"] == pytest.approx(0.75)
    assert clinic["value_difference"] == pytest.approx(0.75 - 300 / 1050)
    assert of(table, "clinic_15", "district", "w")[["value", "second_value"]].tolist() == pytest.approx([300 / 350, 1])
    assert of(table, "clinic_15", "district", "e")[["value", "second_value"]].tolist() == [0, 0]
    assert of(table, "culture_15", "district", "e")["second_verdict"] == "no_data"
    assert set(table["standard_id"].dropna()) == {"clinic_15", "culture_15"}


def test_scores_rest_on_the_first_source_alone(town, tmp_path):
    alone = analyse(read_study(write_town(tmp_path / "alone"))).findings
    findings = town([(118.804, 32.0, 400)]).findings
    pd.testing.assert_frame_equal(findings.results, alone.results)
    pd.testing.assert_frame_equal(findings.access, alone.access)
    assert alone.populations.empty


def test_points_that_are_the_same_are_not_searched_again(town):
    """The same points with twice the people: the shares stay, and the streets are searched once."""
    calls = []

    def counted(*arguments):
        calls.append(len(arguments[1]))
        return Engine().access_table(*arguments)

    points = [(118.800, 100), (118.805, 200), (118.820, 300), (118.825, 400)]
    points = [(lon, 32.0, 2 * people) for lon, people in points] + [(118.802, 32.01, 100)]
    table = town(points, Engine(access_table=counted)).findings.populations
    assert calls == [5]
    clinic = of(table, "clinic_15")
    assert (clinic["people"], clinic["second_people"]) == (1050, 2100)
    assert clinic["value_difference"] == 0


def test_other_points_are_searched_for_themselves(town):
    calls = []

    def counted(*arguments):
        calls.append(len(arguments[1]))
        return Engine().access_table(*arguments)

    town([(118.804, 32.0, 400), (118.806, 32.0, 200)], Engine(access_table=counted))
    assert calls == [5, 2]
