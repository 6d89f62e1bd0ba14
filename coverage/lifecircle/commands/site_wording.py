"""Takes a proposal of sites or the shortest ways to the targets of a plan, gives the lines and the table to print."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from rich.table import Table
from rich.text import Text

from lifecircle.messages import number, percent, say
from lifecircle.report.board import records
from lifecircle.report.proposal import short_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from lifecircle.bilingual import Lang
    from lifecircle.plan import Plan
    from lifecircle.report.proposal import ProposalWords
    from lifecircle.study import Study


def site_lines(told: ProposalWords) -> Iterator[str]:
    """Yield a proposal in short, then every site."""
    yield from short_lines(told)
    for site in records(told.proposal.sites.drop(columns="geometry")):
        yield told.say(
            "site_line",
            rank=number(site["rank"]),
            place=told.place(site),
            district=told.area(site["district_id"]),
            position=told.position(site),
            gains=told.words.people(site["gains"]),
            kept=told.kept(site),
        )


def way_table(ways: pd.DataFrame, plans: Sequence[Plan], study: Study, lang: Lang) -> Table:
    """Return how few sites bring each circle to its target, one row for each circle and area."""
    names = {(plan.id, one.id): one.name.text(lang) for plan in plans for one in plan.standards}
    table = Table(header_style="bold")
    table.add_column(Text(say("report.area", lang)))
    for head in ("before", "fewest", "after"):
        table.add_column(Text(say(f"site.{head}", lang)), justify="right")
    table.add_column(Text(say("site.how", lang)))
    for (plan_id, standard_id), own in ways.groupby(["plan_id", "standard_id"], sort=False):
        table.add_section()
        table.add_row(Text(names[str(plan_id), str(standard_id)], style="bold"))
        for row in records(own):
            area = study.name.text(lang) if row["level"] == "city" else str(row["area"])
            unknown = np.isnan(row["sites"])
            between = "" if unknown or row["at_least"] == row["sites"] else f"{number(row['at_least'])}–"
            table.add_row(
                Text(area),
                percent(row["share"], lang),
                "—" if unknown else f"{between}{number(row['sites'])}",
                percent(row["share_after"], lang),
                say(f"site.how_{row['how']}", lang, most=percent(row["share_most"], lang)),
            )
    return table
