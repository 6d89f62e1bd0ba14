from __future__ import annotations

from lifecircle.plan import Circle, read_plan


def limits(plan, unit):
    return {
        (standard.layers[0], standard.where.get("kind")): getattr(standard, unit)
        for standard in plan.standards
        if isinstance(standard, Circle)
    }


def test_the_check_up_has_the_walking_times_of_its_indicators():
    assert limits(read_plan("check-up"), "minutes") == {
        ("elder_care", None): 5,
        ("clinic", None): 15,
        ("school", "primary"): 10,
        ("school", "middle"): 15,
        ("fitness", None): 15,
        ("fitness", "football"): 15,
        ("culture", None): 15,
        ("market", None): 10,
        ("park", None): 5,
    }


def test_gb_50180_measures_distances_and_keeps_its_tiers_apart():
    """1000, 500 and 300 m; the culture station belongs to the 5-minute tier with a radius of 500 m."""
    plan = read_plan("gb50180-2018")
    assert limits(plan, "metres") == {
        ("school", "middle"): 1000,
        ("clinic", "centre"): 1000,
        ("culture", "centre"): 1000,
        ("fitness", "large"): 1000,
        ("elder_care", "institution"): 1000,
        ("school", "primary"): 500,
        ("fitness", "medium"): 500,
        ("market", None): 500,
        ("transit", None): 500,
        ("kindergarten", None): 300,
        ("childcare", None): 300,
        ("elder_care", "community_centre"): 300,
        ("clinic", "station"): 300,
        ("fitness", "small"): 300,
        ("culture", "station"): 500,
    }


def test_each_tier_is_the_bundle_of_its_own_facilities():
    plan = read_plan("gb50180-2018")
    bundles = {standard.field: set(standard.circles) for standard in plan.standards if standard.kind == "composite"}
    for tier, bundle in bundles.items():
        assert bundle == {s.id for s in plan.standards if s.field == tier and s.kind == "circle"}
    assert len(bundles) == 3


def test_what_was_not_checked_against_an_official_text_says_so():
    for name in ("check-up", "gb50180-2018"):
        plan = read_plan(name)
        assert not plan.verified
        assert not any(standard.verified for standard in plan.standards)
        assert {standard.target_source for standard in plan.standards} == {"reading"}
