from __future__ import annotations

import typer
from typer.testing import CliRunner

from lifecircle import answers
from lifecircle.commands.verify import ENGINES_DIFFER, verify
from town_study import write_town

app = typer.Typer()
app.command()(verify)


def test_a_town_passes(tmp_path):
    """Clinic and culture, four residents each."""
    result = CliRunner().invoke(app, [str(write_town(tmp_path)), "--lang", "en"])
    assert result.exit_code == 0, result.output
    assert "8 walking times (5 resident points, 2 services and walkers)" in result.output
    assert "The engines agree." in result.output


def test_engines_that_differ_fail_the_command(tmp_path, monkeypatch):
    honest = answers.access_table

    def slow(*arguments):
        access = honest(*arguments)
        return access.assign(minutes=access["minutes"] + 0.01)

    monkeypatch.setattr(answers, "access_table", slow)
    result = CliRunner().invoke(app, [str(write_town(tmp_path)), "--lang", "zh"])
    assert result.exit_code == ENGINES_DIFFER
    assert "最大差异：0.6秒" in result.output
    assert "两套算法不一致" in result.output
