from __future__ import annotations

import pytest

from lifecircle.errors import PlanError
from lifecircle.plan import check_layers, read_plan

LAYERS = {"clinic", "culture", "library"}
COLUMNS = {"clinic": {"kind", "tcm", "doctors"}}


def refusal(path, layers, columns):
    with pytest.raises(PlanError) as caught:
        check_layers(read_plan(path), layers, columns)
    return str(caught.value).removeprefix(f"{path}: ")


def test_a_plan_whose_layers_and_columns_exist_passes(plan_file):
    check_layers(read_plan(plan_file()), LAYERS, COLUMNS)


def test_a_layer_that_no_study_knows_is_refused_with_its_line_and_the_nearest_name(plan_file):
    path = plan_file(("layers: [culture, library]", "layers:\n      - culture\n      - libary"))
    assert refusal(path, LAYERS, COLUMNS) == (
        "line 28: culture_circle: no study knows the layer 'libary'. Did you mean 'library'?"
    )


def test_a_filter_on_a_column_that_no_facility_has_is_refused(plan_file):
    path = plan_file(("where: {kind: [centre, station]}", "where: {knd: [centre, station]}"))
    assert refusal(path, LAYERS, COLUMNS) == (
        "line 17: clinic_circle: no facility of clinic has the column 'knd'. Did you mean 'kind'?"
    )


def test_every_place_where_a_column_is_asked_for_is_checked_and_all_are_listed(plan_file):
    path = plan_file(("among: {kind: centre}", "among: {kind: centre}\n    sum: beds_a\n    of: beds_b"))
    assert refusal(path, LAYERS, {"clinic": {"name"}}) == (
        "7 faults:\n"
        "  line 17: clinic_circle: no facility of clinic has the column 'kind'. There are: name.\n"
        "  line 43: doctors: no facility of clinic has the column 'doctors'. There are: name.\n"
        "  line 43: doctors: no facility of clinic has the column 'kind'. There are: name.\n"
        "  line 56: tcm: no facility of clinic has the column 'kind'. There are: name.\n"
        "  line 57: tcm: no facility of clinic has the column 'beds_a'. There are: name.\n"
        "  line 58: tcm: no facility of clinic has the column 'beds_b'. There are: name.\n"
        "  line 59: tcm: no facility of clinic has the column 'tcm'. There are: name."
    )


def test_one_of_several_layers_with_the_column_is_enough(plan_file):
    path = plan_file(("    metres: 900\n", "    metres: 900\n    where: {size: large}\n"))
    check_layers(read_plan(path), LAYERS, {**COLUMNS, "culture": {"name"}, "library": {"size"}})


def test_the_columns_of_a_known_layer_without_data_are_not_missed(plan_file):
    check_layers(read_plan(plan_file()), LAYERS, {})
