from __future__ import annotations

import pytest

from lifecircle.plan import read_plan, rule_words, target_words


@pytest.mark.parametrize(
    ("standard_id", "zh", "en"),
    [
        ("medical_circle", "≥90%", "≥ 90 %"),
        ("time_bank_sites", ">90%", "> 90 %"),
        ("silver_advisers", "100%", "100 %"),
        ("childcare_places_per_1000", "4.5个左右", "about 4.5 places"),
        ("sports_area_per_head", "≥4.2平方米", "≥ 4.2 m²"),
        ("urban_unemployment", "≤5%", "≤ 5 %"),
        ("children_in_need", "100%", "100 %"),
        ("home_services_for_elders", "18%左右", "about 18 %"),
        ("child_vaccination", ">98", "> 98"),
        ("care_trainings", "30,000人次左右", "about 30,000 trainings"),
        ("city_emergency_institutions", "≥1家", "≥ 1 institution"),
    ],
)
def test_a_target_is_worded_with_its_comparator_and_unit(standard_id, zh, en):
    standard = read_plan("nanjing-14fyp").standard(standard_id)
    assert (target_words(standard, "zh"), target_words(standard, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("standard_id", "zh", "en"),
    [
        (
            "elder_circle",
            "步行15分钟内有 elder_care（pop_60_plus, elder）",
            "elder_care within 15 min (pop_60_plus, elder)",
        ),
        (
            "community_meal_points_by_area",
            "每个社区的 meal_point：至少1处，且每3.14 km²1处",
            "meal_point in every community: at least 1 and one for every 3.14 km²",
        ),
        (
            "street_elder_centre_4a",
            "每个街（镇）（*街道）的 elder_care [kind = street_centre, level = 4A | 5A]：至少1处",
            "elder_care [kind = street_centre, level = 4A | 5A] in every street or town (*街道): at least 1",
        ),
        (
            "nursing_bed_share",
            "nursing_beds（elder_care [kind = institution]） / beds（elder_care [kind = institution]）",
            "nursing_beds of elder_care [kind = institution] / beds of elder_care [kind = institution]",
        ),
        (
            "tcm_in_centres",
            "数量（clinic [kind = centre, tcm = true]） / 数量（clinic [kind = centre]）",
            "number of clinic [kind = centre, tcm = true] / number of clinic [kind = centre]",
        ),
        (
            "sports_area_per_head",
            "floor_area_m2（fitness） / 1 population",
            "floor_area_m2 of fitness / 1 population",
        ),
        ("new_schools", "由统计表提供", "supplied in the statistics table"),
    ],
)
def test_a_rule_is_worded_with_the_layers_and_columns_it_reads(standard_id, zh, en):
    standard = read_plan("nanjing-14fyp").standard(standard_id)
    assert (rule_words(standard, "zh"), rule_words(standard, "en")) == (zh, en)


def test_a_bundle_says_how_many_of_its_circles_are_needed(plan_file):
    every = read_plan(plan_file()).standard("both_circles")
    some = read_plan(plan_file(("    circles:", "    needed: 1\n    circles:"))).standard("both_circles")
    assert rule_words(every, "en") == "all in reach: clinic_circle, culture_circle"
    assert rule_words(some, "en") == "at least 1 in reach: clinic_circle, culture_circle"
    assert rule_words(every, "zh") == "全部可达：clinic_circle, culture_circle"
    assert rule_words(some, "zh") == "至少1项可达：clinic_circle, culture_circle"
