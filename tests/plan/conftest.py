from __future__ import annotations

import pytest

SMALL_PLAN = """\
id: small
name: {zh: 小规划, en: Small plan}
edition: "1"
issuer: {zh: 市政府, en: City}
date: "2025"
source: invented
period: [2021, 2025]
fields:
  health: {zh: 病有所医, en: Health care}
standards:
  - id: clinic_circle
    name: {zh: 医疗圈, en: Medical circle}
    field: health
    kind: circle
    clause: {chapter: 三, section: （四）, quote: 十五分钟看病}
    layers: [clinic]
    where: {kind: [centre, station]}
    minutes: 15
    target: 0.9
    year: 2025
  - id: culture_circle
    name: {zh: 文化圈, en: Culture circle}
    field: health
    kind: circle
    clause: {chapter: 三}
    layers: [culture, library]
    metres: 900
    target: 0.8
    year: 2025
  - id: both_circles
    name: {zh: 两圈, en: Both circles}
    field: health
    kind: composite
    clause: {chapter: 三}
    circles: [clinic_circle, culture_circle]
    target: 0.7
    year: 2025
  - id: doctors
    name: {zh: 医生, en: Doctors}
    field: health
    kind: ratio
    clause: {chapter: 三}
    numerator: {layers: [clinic], where: {kind: centre}, sum: doctors}
    denominator: population
    per: 1000
    unit: {zh: 人, en: doctors}
    target: 5.5
    year: 2025
    binding: 预期性
  - id: tcm
    name: {zh: 中医馆, en: TCM halls}
    field: health
    kind: share
    clause: {chapter: 三}
    layers: [clinic]
    among: {kind: centre}
    where: {tcm: true}
    target: 1
    year: 2025
  - id: street_clinic
    name: {zh: 街道诊所, en: Street clinics}
    field: health
    kind: presence
    clause: {chapter: 三}
    level: street
    layers: [clinic]
    areas: {name_ends: 街道}
    target: 1
    year: 2025
table: {chapter: 二, box: 表1}
indicators:
  - id: t1_doctors
    field: health
    name: {zh: 医师数（人）, en: Doctors}
    unit: {zh: 人, en: doctors}
    value_2020: "4.06"
    target_2025: "5.5"
    binding: 预期性
    standard: doctors
  - id: unemployment
    field: health
    name: {zh: 失业率（%）, en: Unemployment}
    unit: {zh: "%", en: "%"}
    value_2020: "—"
    target_2025: "5"
    binding: 预期性
    standard: statistic
    comparator: "<="
promises:
  - id: fair_fees
    field: health
    name: {zh: 收费合理, en: Fair fees}
    clause: {chapter: 三}
    reason: {zh: 无法计数。, en: Nothing to count.}
"""


@pytest.fixture
def plan_file(tmp_path):
    """Return a function that writes the small plan with some of its words replaced, and gives the path."""

    def write(*replacements):
        text = SMALL_PLAN
        for old, new in replacements:
            assert text.count(old) >= 1, old
            text = text.replace(old, new, 1)
        path = tmp_path / "plan.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write
