"""Proposals of sites as folders: from a study and a wish to everything that a planner hands in."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from lifecircle.files import folder_written_whole
from lifecircle.progress import quietly
from lifecircle.recorded import input_files
from lifecircle.report.content.words import Words
from lifecircle.report.findings import Findings
from lifecircle.report.manifest import MANIFEST, manifest, write_manifest
from lifecircle.report.proposal import PROPOSAL_STEPS, ProposalWords, write_proposal
from lifecircle.report.tables import write_csv, write_parquet
from lifecircle.sites import SITE_STEPS, WAY_STEPS, propose_sites, shortest_ways
from lifecircle.yamlfile import write_yaml

if TYPE_CHECKING:
    from pathlib import Path

    from lifecircle.bilingual import Lang
    from lifecircle.progress import Step
    from lifecircle.run import Ground
    from lifecircle.sites import Proposed, Scored
    from lifecircle.siting.rules import Effort
    from lifecircle.siting.wish import Wish
    from lifecircle.study import Study

FOLDER_STEPS: Final = SITE_STEPS + PROPOSAL_STEPS
"""Steps that writing a proposal announces."""

TABLE_STEPS: Final = WAY_STEPS
"""Steps that writing the table of shortest ways announces."""


def site_study(  # noqa: PLR0913 - a study, a wish, and where and how to write
    study: Study,
    layer: str,
    wish: Wish,
    folder: Path,
    lang: Lang,
    step: Step = quietly,
    *,
    standard: str | None = None,
    candidates: Path | None = None,
) -> tuple[Proposed, ProposalWords]:
    """Propose sites for a study and write their folder, whole or not at all.

    Parameters
    ----------
    study, layer, wish, standard, candidates
        As in :func:`lifecircle.sites.propose_sites`.
    folder : Path
        Where to write; an earlier proposal there is replaced once the new one is complete.
    lang : {"zh", "en"}
        Language of what people read.
    step : Step, optional
        Told what is being done.

    Returns
    -------
    proposed : Proposed
    told : ProposalWords
        The same in words.

    Raises
    ------
    LifecircleError
        If a file cannot be used or written, or the wish cannot be kept.
    """
    with folder_written_whole(folder, MANIFEST) as temporary:
        proposed = propose_sites(study, layer, wish, standard=standard, candidates=candidates, lang=lang, step=step)
        told = told_in(proposed, lang)
        runs = (_findings(proposed.ground, proposed.before), _findings(proposed.ground, proposed.after))
        write_proposal(told, runs, proposed.problems, temporary, step)
        write_yaml(proposed.changes.model_dump(mode="json", exclude_defaults=True), temporary / "changes.yaml")
        inputs = input_files(study, proposed.ground.plans, proposed.before.inputs.files)
        inputs |= {"candidates": candidates} if candidates is not None else {}
        write_manifest(manifest(inputs, _parameters(proposed, lang)), temporary)
    return proposed, told


def ways_study(
    study: Study, effort: Effort, folder: Path, layer: str | None = None, step: Step = quietly
) -> pd.DataFrame:
    """Write how few sites bring each circle to its target, in the city and each district, as a folder.

    Parameters
    ----------
    study, effort, layer, step
        As in :func:`lifecircle.sites.shortest_ways`, whose table is returned.
    folder : Path
        Where to write.

    Raises
    ------
    LifecircleError
        If a file cannot be used or written.
    """
    with folder_written_whole(folder, MANIFEST) as temporary:
        ways = shortest_ways(study, effort, layer, step)
        write_csv(ways, temporary / "fewest_sites.csv")
        write_parquet(ways, temporary / "fewest_sites.parquet")
        parameters = {"study": study.model_dump(mode="json"), "layer": layer, "effort": asdict(effort)}
        write_manifest(manifest({"study": study.path}, parameters), temporary)
    return ways


def told_in(proposed: Proposed, lang: Lang) -> ProposalWords:
    """Return a proposal ready to be told in one language."""
    return ProposalWords(
        words=Words(_findings(proposed.ground, proposed.before), lang),
        proposal=proposed.proposal,
        layer=proposed.layer,
        names=tuple(str(opened.name) for opened in proposed.changes.add),
        before=proposed.before.results,
        after=proposed.after.results,
    )


def _findings(ground: Ground, scored: Scored) -> Findings:
    """Return what a report on sites tells of: the study without what only the report of a run needs."""
    inputs, nothing = scored.inputs, pd.DataFrame()
    return Findings(
        study=ground.study,
        plans=ground.plans,
        areas=inputs.areas,
        residents=inputs.residents,
        facilities=inputs.facilities,
        basemap=inputs.basemap,
        access=scored.access,
        results=scored.results,
        gaps=nothing,
        ranking=nothing,
        problems=nothing,
        completeness=nothing,
        populations=nothing,
    )


def _parameters(proposed: Proposed, lang: Lang) -> dict[str, Any]:
    found = proposed.proposal
    return {
        "study": proposed.ground.study.model_dump(mode="json"),
        "plans": {plan.id: plan.edition for plan in proposed.ground.plans},
        "lang": lang,
        "layer": proposed.layer,
        "standard": f"{proposed.plan.id}.{proposed.circle.id}",
        "wish": asdict(found.wish),
        "candidates": len(found.siting.candidates),
        "choice": {"value": found.choice.value, "bound": found.choice.bound, "how": found.choice.how},
    }
