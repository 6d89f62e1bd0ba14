"""Sites for the town of one street, whose answers are worked by hand.

People without a clinic within 15 minutes: 300 at 118.820, 400 at 118.825, and 50 on the island. The two points are
472.5 m apart and 900 m may be walked, so one site reaches both. Before, 300 of 1050 are covered.
"""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

from lifecircle.errors import InputError, LifecircleError, StudyError
from lifecircle.sites import propose_sites, shortest_ways
from lifecircle.siting.proposal import SECOND_PEOPLE
from lifecircle.siting.rules import Effort
from lifecircle.siting.wish import Wish
from lifecircle.study import read_study
from town_study import write_town

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    return write_town(tmp_path_factory.mktemp("town"))


def file_of(folder, rows):
    path = folder / "sites.csv"
    pd.DataFrame(rows, columns=["编号", "名称", "lon", "lat", "造价", "capacity"]).to_csv(path, index=False)
    return path


SITES = [
    ("p", "东站", 118.820, 32.0, 30, 350),
    ("q", "桥头", 118.8285, 32.0, 10, 350),
    ("r", "岛上", 118.803, 32.01, 10, 350),
    ("s", "西口", 118.800, 32.0, 5, 350),
    ("t", "田间", 118.810, 31.98, 1, 350),
]


@pytest.fixture(scope="module")
def listed(town):
    return file_of(town.parent, SITES)


def ids(found):
    return found.proposal.sites["candidate_id"].tolist()


def test_one_site_reaches_the_700_people_of_the_east(town):
    found = propose_sites(read_study(town), "clinic", Wish(new=1))
    sites = found.proposal.sites
    assert sites["gains"].tolist() == [700.0]
    assert sites["share_after"].tolist() == pytest.approx([1000 / 1050])
    assert found.proposal.choice.how == "exact"
    assert sites["district_id"].tolist() == ["e"]


def test_what_is_promised_is_what_scoring_the_built_sites_gives(town, listed):
    found = propose_sites(read_study(town), "clinic", Wish(new=2), candidates=listed)
    promised = found.proposal.by_area.set_index(["level", "area_id"])["share_after"]
    for scored, shares in ((found.after, promised), (found.before, found.proposal.by_area.set_index(
        ["level", "area_id"])["share_before"])):  # fmt: skip
        rows = scored.results[scored.results["standard_id"] == "clinic_15"].set_index(["level", "area_id"])["value"]
        assert rows.reindex(shares.index).to_numpy() == pytest.approx(shares.to_numpy())
    assert promised["city", "city"] == 1.0
    assert set(ids(found)) == {"p", "r"}
    other = found.after.results["standard_id"] != "clinic_15"
    pd.testing.assert_frame_equal(found.after.results[other], found.before.results[other])


def test_the_dear_site_gives_way_to_what_a_budget_can_pay(town, listed):
    """P (30) reaches 700, q (10) reaches 400 + 300 at 803 m as well: with 25 to spend, q and r reach everybody."""
    found = propose_sites(read_study(town), "clinic", Wish(budget=25), candidates=listed)
    assert set(ids(found)) == {"q", "r"}
    assert found.proposal.sites["gains"].tolist() == [700.0, 50.0]


def test_a_district_gets_the_site_that_it_was_promised(town, listed):
    found = propose_sites(read_study(town), "clinic", Wish(new=1, minima={"西": 1}), candidates=listed)
    assert ids(found) == ["r"]
    assert found.proposal.by_area.set_index("area_id").loc["w", "sites"] == 1


def test_a_district_without_candidates_cannot_be_promised_one(town, listed):
    with pytest.raises(InputError, match=r"西区=4: there are 2 candidates"):
        propose_sites(read_study(town), "clinic", Wish(new=5, minima={"西区": 4}), candidates=listed)
    with pytest.raises(StudyError, match=r"there is no such area\. There are: 东区, 西区"):
        propose_sites(read_study(town), "clinic", Wish(new=5, minima={"西取": 4}), candidates=listed)


def test_those_who_count_more_come_first(town, listed):
    assert ids(propose_sites(read_study(town), "clinic", Wish(new=1, weights={"centre": 20}), candidates=listed)) == [
        "r"
    ]


def test_a_candidate_far_from_streets_is_listed(town, listed):
    problems = propose_sites(read_study(town), "clinic", Wish(new=1), candidates=listed).problems
    lost = problems[problems["outcome"] == "dropped"]
    assert lost["feature_id"].tolist() == ["t"]


def test_the_fewest_sites_reach_everybody(town, listed):
    found = propose_sites(read_study(town), "clinic", Wish("lscp"), candidates=listed)
    assert found.proposal.choice.value == 20.0  # q and r at 10 each; p would cost 30
    assert set(ids(found)) == {"q", "r"}


def test_places_run_out(town, listed):
    """Of 1050 people, the clinic (its places unknown) has room for 300; q has 350 places for 700, r 50 of 350."""
    found = propose_sites(read_study(town), "clinic", Wish("capacitated", new=2), candidates=listed)
    assert found.proposal.choice.value == pytest.approx(700.0)
    assert set(ids(found)) == {"p", "q"}


def test_all_people_together_walk_least(town, listed):
    """From p, 118.820: nobody walks to 300, 472.5 m to 400. From q: 803 m to 300, 331 m to 400. p is better."""
    found = propose_sites(read_study(town), "clinic", Wish("p-median", new=1), candidates=listed)
    assert ids(found) == ["p"]
    minutes = 200 * 472.4657 / 60 + 400 * 472.4657 / 60 + 50 * 30  # the island counts as twice the limit
    assert found.proposal.choice.value == pytest.approx(minutes, rel=1e-4)


def test_the_longest_walk_becomes_shortest(town, listed):
    """Site r lies 94.5 m from the island's people; p leaves the east with at most 472.5 m, as the west has."""
    found = propose_sites(read_study(town), "clinic", Wish("p-centre", new=2), candidates=listed)
    assert set(ids(found)) == {"p", "r"}
    assert found.proposal.choice.value == pytest.approx(472.4657 / 60, rel=1e-4)


def test_a_site_that_only_fast_walkers_reach_is_not_kept_by_slow_ones(town, listed):
    """At 765 m, q no longer reaches the 300 people 803 m away, and p is the choice; at 1035 m, r comes after either."""
    found = propose_sites(read_study(town), "clinic", Wish(new=1, budget=15), candidates=listed)
    readings = found.proposal.readings.set_index("reading")
    assert ids(found) == ["q"]
    assert readings.loc["slower", ["share_after", "share_best"]].tolist() == pytest.approx([700 / 1050, 700 / 1050])
    assert readings.loc["as_read", "share_before"] == pytest.approx(300 / 1050)
    assert found.proposal.sites["kept"].tolist() == [4]


def test_another_source_of_people_chooses_again(town, listed):
    """The second source puts 900 people on the island, so that a single site goes there."""
    people = [("a", 118.800, 32.0, 100), ("d", 118.825, 32.0, 400), ("i", 118.802, 32.01, 900)]
    pd.DataFrame(people, columns=["resident_id", "lon", "lat", "population"]).to_csv(
        town.parent / "second.csv", index=False
    )
    other = town.with_name("two.yaml")
    other.write_text(town.read_text(encoding="utf-8") + "second_residents: {file: second.csv}\n", encoding="utf-8")
    found = propose_sites(read_study(other), "clinic", Wish(new=1), candidates=listed)
    row = found.proposal.readings.set_index("reading").loc[SECOND_PEOPLE]
    assert row["same"] == 0
    assert row[["share_before", "share_after", "share_best"]].tolist() == pytest.approx(
        [100 / 1400, 500 / 1400, 1000 / 1400]
    )
    assert found.proposal.sites["kept"].tolist() == [4]
    assert found.proposal.sites["readings"].tolist() == [5]


def test_each_district_learns_how_few_sites_bring_it_to_the_target(town):
    """East: 700 people with nothing, one site does. West: 300 of 350 are 85.7 %, below 90 %; one on the island does.

    City: 300 + 700 of 1050 are 95.2 %, with the one in the east.
    """
    ways = shortest_ways(read_study(town), Effort(), "clinic").set_index("area_id")
    assert ways["sites"].to_dict() == {"city": 1.0, "w": 1.0, "e": 1.0}
    assert ways["at_least"].to_dict() == {"city": 1.0, "w": 1.0, "e": 1.0}
    assert ways["share"].to_dict() == pytest.approx({"city": 300 / 1050, "w": 300 / 350, "e": 0.0})
    assert ways["share_after"].to_dict() == pytest.approx({"city": 1000 / 1050, "w": 1.0, "e": 1.0})
    assert set(ways["how"]) == {"exact"}


def test_a_district_of_which_nothing_is_known_has_no_way(town):
    """Culture is known in the west alone: 400 m to the east of its hall nothing is said of the people beyond."""
    ways = shortest_ways(read_study(town), Effort(), "culture").set_index("area_id")
    assert ways.loc["e", "how"] == "no_data"
    assert pd.isna(ways.loc["e", "sites"])


def test_returns_grow_less_with_every_site(town):
    returns = propose_sites(read_study(town), "clinic", Wish(new=1)).proposal.returns
    assert returns["gained"].tolist() == [0.0, 700.0, 50.0]
    assert returns["share"].tolist() == pytest.approx([300 / 1050, 1000 / 1050, 1.0])
    assert returns["share_bound"].tolist() == pytest.approx(returns["share"].tolist())


def test_plots_of_land_give_sites_that_know_their_plot(town):
    land = gpd.GeoDataFrame(
        {"编号": ["plot"], "名称": ["东头空地"]}, geometry=[box(118.819, 31.9992, 118.828, 32.0040)], crs="EPSG:4326"
    )
    land.to_file(town.parent / "land.gpkg")
    found = propose_sites(read_study(town), "clinic", Wish(new=1), candidates=town.parent / "land.gpkg")
    sites = found.proposal.sites
    assert sites["origin"].tolist() == ["land"]
    assert sites["name"].tolist() == ["东头空地"]
    assert sites["candidate_id"].str.startswith("plot#").all()
    assert sites["gains"].tolist() == [700.0]


def test_a_plot_that_one_wrong_digit_makes_larger_than_a_city_is_refused(town):
    """The second plot reaches from 18.82 to 118.82 degrees east: 6 billion positions 100 m apart."""
    plots = [box(118.819, 31.9992, 118.828, 32.0040), box(18.82, 31.999, 118.82, 32.001)]
    gpd.GeoDataFrame(geometry=plots, crs="EPSG:4326").to_file(town.parent / "wide.gpkg")
    with pytest.raises(InputError, match=r"row 2: the plot is larger than a city\. Check its coordinates"):
        propose_sites(read_study(town), "clinic", Wish(new=1), candidates=town.parent / "wide.gpkg")


@pytest.mark.parametrize(
    ("wish", "layer", "message"),
    [
        (Wish(), "clinic", "how many sites may be built"),
        (Wish(new=1), "clinics", "no circle of the plans is about it. Did you mean 'clinic'"),
        (Wish(new=0), "clinic", "write a number from 1"),
        (Wish(new=1, weights={"centre": -1}), "clinic", "write a number from 0"),
        (Wish("mclpp", new=1), "clinic", "there are mclp, lscp"),
    ],
)
def test_a_wish_that_cannot_be_read_is_refused(town, wish, layer, message):
    with pytest.raises(StudyError, match=message):
        propose_sites(read_study(town), layer, wish)


@pytest.mark.parametrize(
    ("wish", "layer", "words"),
    [
        (Wish(), "clinic", "选址：可新建多少处？请给出 --new，或给出 --budget 及候选位置的造价。"),
        (Wish(new=1), "clinics", "--layer clinics：规划中没有关于该图层的步行圈。是否为 'clinic'？"),
        (
            Wish("mclpp", new=1),
            "clinic",
            "--model mclpp：可用的有 mclp、lscp、capacitated、p-median、p-centre。",
        ),
        (Wish(new=1, minima={"北区": 1}), "clinic", "北区：没有该区域。可用的有：东区、西区。"),
        (
            Wish(new=9, minima={"西区": 4}),
            "clinic",
            "--min-per-district 西区=4：当地有 2 个候选位置。请减少数量，或用 --candidates 补充当地位置。",
        ),
    ],
)
def test_a_wish_that_cannot_be_kept_is_refused_in_chinese(town, listed, wish, layer, words):
    with pytest.raises(LifecircleError) as refused:
        propose_sites(read_study(town), layer, wish, candidates=listed)
    assert refused.value.text("zh") == words


def test_facilities_with_places_share_them(town, listed):
    """With 120 places the clinic serves 120 of the 300 in its reach; p and q have 350 each for the 700 beyond."""
    clinics = town.parent / "clinics.csv"
    text = clinics.read_text(encoding="utf-8-sig")
    other = town.with_name("full.yaml")
    other.write_text(town.read_text(encoding="utf-8").replace("clinics.csv", "full.csv"), encoding="utf-8")
    town.with_name("full.csv").write_text(
        text.replace("床位数", "床位数,capacity").replace(",10", ",10,120"), encoding="utf-8-sig"
    )
    found = propose_sites(read_study(other), "clinic", Wish("capacitated", new=2), candidates=listed)
    assert set(ids(found)) == {"p", "q"}
    assert found.proposal.choice.value == pytest.approx(120 + 700)
    one = propose_sites(read_study(other), "clinic", Wish("capacitated", new=1), candidates=listed)
    assert one.proposal.choice.value == pytest.approx(120 + 350)
