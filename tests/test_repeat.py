from __future__ import annotations

import json

import pytest

from lifecircle.errors import ReportError
from lifecircle.repeat import repeated
from lifecircle.report.manifest import MANIFEST

SCENARIO = {"lang": "zh", "study_file": "study.yaml", "changes_file": "bridge.yaml"}


@pytest.mark.parametrize(
    ("parameters", "zh", "en"),
    [
        (
            SCENARIO,
            "是变更测算的运行清单。请用 lifecircle scenario study.yaml bridge.yaml 重新测算。",
            "is of a scenario. Repeat it with lifecircle scenario study.yaml bridge.yaml.",
        ),
        (
            {"lang": "zh"},
            "未说明运行的是哪项研究。请直接运行该研究。",
            "does not say which study was run. Run the study itself.",
        ),
    ],
)
def test_a_manifest_that_is_not_of_a_study_is_an_error_in_both_languages(tmp_path, parameters, zh, en):
    path = tmp_path / MANIFEST
    path.write_text(json.dumps({"parameters": parameters}), encoding="utf-8")
    with pytest.raises(ReportError) as error:
        repeated(path)
    assert error.value.text("zh") == f"{path}：{zh}"
    assert str(error.value) == f"{path}: {en}"
