"""``lifecircle verify``: walking times computed again by a second engine."""

from typing import Annotated

import typer

from lifecircle.commands.options import Language, StudyFile

ENGINES_DIFFER = 3


def verify(
    study_file: StudyFile,
    sample: Annotated[int, typer.Option("--sample", min=1, metavar="N", help="How many residents are drawn.")] = 200,
    lang: Language = "zh",
) -> None:
    """用第二套算法核对步行时间。Compute a sample of the walking times again with NetworkX, and compare.

    The exit code is 3 where the two engines differ by more than 0.05 s.

    Example: `lifecircle verify configs/studies/porto_alegre.yaml`
    """
    from lifecircle.answers import second_opinion
    from lifecircle.commands.wording import verification_lines
    from lifecircle.run import CHECK_STEPS, check_study
    from lifecircle.study import read_study
    from lifecircle.terminal import steps

    study = read_study(study_file)
    with steps(CHECK_STEPS + 1, lang) as step:
        checked = check_study(study, step)
        with step("access"):
            report = second_opinion(study, checked, sample)
    for line in verification_lines(report, lang):
        typer.echo(line)
    if not report["agree"]:
        raise typer.Exit(ENGINES_DIFFER)
