"""A file of changes says what is wrong with it, all at once, with lines and remedies."""

from __future__ import annotations

import pytest

from lifecircle.errors import ScenarioError
from lifecircle.scenarios.inputs import changed_inputs


def refusal(act, *words):
    with pytest.raises(ScenarioError) as error:
        act(*words)
    return str(error.value)


def test_a_misspelt_key_is_named_with_its_line_and_the_nearest_one(idea):
    said = refusal(idea, "hosing:\n  - {id: h, at: [118.8, 32.0], population: 10}\n")
    assert "line 3" in said
    assert "Did you mean 'housing'?" in said


def test_a_file_that_changes_nothing_is_refused(idea):
    assert "changes nothing" in refusal(idea, "")


def test_a_position_must_lie_on_earth_and_people_must_be_some(idea):
    said = refusal(idea, "housing:\n  - {id: h, at: [32.0, 118.8], population: 0}\n")
    assert "is no position on earth" in said
    assert "greater than 0" in said


def test_everything_that_does_not_fit_the_study_is_listed_at_once(idea, town):
    changes = idea(
        "add:\n"
        "  - {layer: clinics, id: n1, at: [118.81, 32.0]}\n"
        "  - {layer: clinic, id: k1, at: [118.81, 32.0]}\n"
        "  - {layer: clinic, id: n2, at: [118.81, 32.0], attributes: {bed: 3}}\n"
        "  - {layer: clinic, id: n3, at: [118.81, 32.0], attributes: {beds: many}}\n"
        "  - {layer: clinic, id: n4, at: [120.5, 32.0]}\n"
        "move:\n"
        "  - {layer: culture, facility: l2, to: [118.81, 32.0]}\n"
        "close:\n"
        "  - {layer: clinic, facility: k1}\n"
        "housing:\n"
        "  - {id: a, at: [118.81, 32.0], population: 10}\n"
        "  - {id: h, at: [118.7895, 32.0], population: 10, attributes: {pop_60_plus: 1}}\n"
    )
    said = refusal(changed_inputs, town.inputs, town.study, changes).splitlines()
    assert said[0].endswith("changes.yaml: 10 faults:")
    expected = [
        (4, "there is no layer 'clinics'. Did you mean 'clinic'?"),
        (5, "clinic has a facility 'k1' already"),
        (6, "facilities have no column 'bed'. Did you mean 'beds'?"),
        (7, "beds needs a number that is not negative, not 'many'"),
        (8, "[120.5, 32] lies outside the city. Check longitude and latitude."),
        (10, "culture has no facility 'l2' in use. There are: l1."),
        (12, "clinic 'k1' is changed twice"),
        (14, "there is a resident point 'a' already"),
        (15, "h lies in none of the communities"),
        (15, "residents have no column 'pop_60_plus'"),
    ]
    for line, (number, words) in zip(said[1:], expected, strict=True):
        assert line.startswith(f"  line {number}: ")
        assert words in line


def test_longitude_and_latitude_the_wrong_way_round_are_told(idea, town, monkeypatch):
    """Within a city near 45° N 45° E both orders are on earth; the rectangle of the city tells them apart."""
    changes = idea("add:\n  - {layer: clinic, id: new, at: [32.0, 45.0]}\n")
    monkeypatch.setitem(town.inputs.__dict__, "bounds", (44.0, 31.0, 46.0, 33.0))
    assert "Write longitude before latitude." in refusal(changed_inputs, town.inputs, town.study, changes)
