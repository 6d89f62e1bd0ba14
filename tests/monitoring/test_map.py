"""The map of a comparison shows both runs as they were."""

from __future__ import annotations

from report.map.decoding import content_of, unpacked


def test_the_map_of_a_comparison_holds_the_figures_and_bands_of_both_runs(compared):
    """Within 15 minutes (900 m) of the old clinic live 300 of 1050 people, of whom 50 are on the island.

    Of both clinics: 100, 200 and the new 100 in the west, 300 and 400 at most 472 m from the new one; 1150 people.
    """
    content = content_of(compared[2] / "map.html")
    assert [run["name"]["en"] for run in content["runs"]] == ["2023", "2025"]
    assert [run["facilities"]["name"].count("东诊所") for run in content["runs"]] == [0, 1]
    assert [_of_the_city(content, run) for run in content["runs"]] == [(300, 1050), (1100, 1150)]
    assert sorted({(band["run"], band["minutes"]) for band in content["pictures"]["bands"]}) == [
        (0, 5), (0, 10), (0, 15), (1, 5), (1, 10), (1, 15),
    ]  # fmt: skip
    assert "islands" not in content["pictures"]


def _of_the_city(content, run):
    """Return the people of the city who are covered, and all."""
    (clinic,) = [one for one in run["cells"] if not isinstance(one, int) and one["standard"] == "clinic_15"]
    tenths = [unpacked(clinic[column])[0] - 1 for column in ("covered", "total")]
    return tuple(tenth / content["partsOfAPerson"] for tenth in tenths)
