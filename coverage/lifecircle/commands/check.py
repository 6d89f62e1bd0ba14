"""``lifecircle check``: what a study's files hold, and what is wrong with them."""

from pathlib import Path
from typing import Annotated

import typer

from lifecircle.commands.options import Language, StudyFile


def check(
    study_file: StudyFile,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write what was found as a page as well.")
    ] = None,
    lang: Language = "zh",
) -> None:
    """检查研究文件和数据，列出问题。Read a study and all its files, and list what is wrong with them.

    Example: `lifecircle check configs/studies/nanjing.yaml --html check.html`
    """
    from lifecircle.inputs.frame_checks import require_fitting
    from lifecircle.messages import say
    from lifecircle.report.check import Check, check_report
    from lifecircle.report.page import write_page
    from lifecircle.run import CHECK_STEPS, check_study
    from lifecircle.study import read_study
    from lifecircle.terminal import print_check, steps

    study = read_study(study_file)
    with steps(CHECK_STEPS + 1, lang) as step:
        checked = check_study(study, step)
        if html is not None:
            with step("check_page"):
                found = Check(study, checked.inputs, checked.joined, checked.problems, checked.fits)
                write_page(check_report(found, lang), html)
    print_check(study, checked, lang)
    require_fitting(checked.fits)
    typer.echo(say("cli.check_ok", lang))
