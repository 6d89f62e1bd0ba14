from __future__ import annotations

import numpy as np
import pytest
import rasterio
import typer
from typer.testing import CliRunner

from lifecircle.commands.surface import surface
from lifecircle.crs import to_metric
from town_study import HUNDREDTH_M, write_town

app = typer.Typer()
app.command()(surface)


def test_the_surface_of_a_town_tells_minutes_along_its_street(tmp_path):
    """At 118.805 it is half a hundredth of a degree to the clinic, 472 m or 7.9 minutes; the cell is 100 m wide."""
    study = write_town(tmp_path / "town")
    result = CliRunner().invoke(
        app, [str(study), "--layer", "clinic", "--cell", "100", "-o", str(tmp_path / "clinic.tif"), "--lang", "en"]
    )
    assert result.exit_code == 0, result.output
    assert "cells of 100 m" in result.output
    with rasterio.open(tmp_path / "clinic.tif") as raster:
        ((minutes, status),) = raster.sample(to_metric(np.array([[118.805, 32.0]]), "EPSG:32650"))
        assert status == 0
        assert minutes == pytest.approx(HUNDREDTH_M / 2 / 60, abs=100 / 60)
        assert raster.tags()["walker"] == "standard"


def test_a_raster_needs_a_name_that_ends_in_tif(tmp_path):
    result = CliRunner().invoke(app, [str(tmp_path / "s.yaml"), "--layer", "clinic", "-o", str(tmp_path / "x.png")])
    assert result.exit_code == 2
    assert "must end in .tif" in " ".join(result.output.replace("│", " ").split())
