"""``lifecircle check``: what a study's files hold, and what is wrong with them."""

from lifecircle.commands.options import Language, StudyFile


def check(study_file: StudyFile, lang: Language = "zh") -> None:
    """检查研究文件和数据，列出问题。Read a study and all its files, and list what is wrong with them.

    Example: `lifecircle check configs/studies/nanjing.yaml`
    """
    from lifecircle.run import CHECK_STEPS, check_study
    from lifecircle.study import read_study
    from lifecircle.terminal import print_check, steps

    study = read_study(study_file)
    with steps(CHECK_STEPS, lang) as step:
        checked = check_study(study, step)
    print_check(study, checked, lang)
