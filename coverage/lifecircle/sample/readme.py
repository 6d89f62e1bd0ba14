"""The README of a sample folder: what it is, and which answers are known."""

from __future__ import annotations

from typing import Any, Final

_HEAD: Final = """\
# SYNTHETIC · 虚构样例数据

This is an invented city for trying out lifecircle. Names of districts, streets and communities and the districts'
totals of the 2020 census are Nanjing's; borders, streets, homes, facilities and statistics are invented. Nothing in it
says anything about the real place.

本文件夹是用于试用 lifecircle 的虚构城市。区、街道、社区名称和各区2020年人口总数取自南京市；
边界、道路、居民点、设施和统计数据均为虚构，与真实情况无关。

Start · 开始：`lifecircle run study.yaml`

Streets, stops, parks and some of the facilities are in `streets.osm.pbf`; the registers are in the other files, in the
formats and with the headings in which such files come. `planted.yaml` holds the following in a form for programs.

## Known answers · 已知答案
"""


def readme(answers: dict[str, Any]) -> str:
    """Return the text of the README for the known answers of a sample."""
    return _HEAD + "".join("\n" + "".join(_case(case)) for case in answers["cases"])


def _case(case: dict[str, Any]) -> list[str]:
    lines = [f"- **{case['id']}** ({case['area']}, {case['area_id']}): {case['title']['en']} · {case['title']['zh']}\n"]
    if "verdict" in case:
        where = ", ".join(f"{column} = {value}" for column, value in case["where"].items())
        lines.append(f"  - {case['layer']}{f' ({where})' if where else ''}: {case['verdict']}\n")
    if "cause" in case:
        change = f"newcomers: {case['newcomers']}" if "newcomers" in case else f"people in reach: {case['people']:+d}"
        lines.append(f"  - {case['layer']}: {change}; cause: {case['cause']}\n")
    for answer in case.get("expected", []):
        walk = f", {answer['metres']:g} m" if "metres" in answer else ""
        walk = f", more than {answer['over_metres']:g} m" if "over_metres" in answer else walk
        people = f"{len(answer['residents'])} points, {answer['people']} people"
        lines.append(f"  - {answer['group']} ({people}) to {answer['layer']}: {answer['status']}{walk}\n")
    return lines
