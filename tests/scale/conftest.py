from __future__ import annotations

import pytest

from lifecircle.run import read_ground
from lifecircle.sample.scale import Scale
from lifecircle.sample.write import write_sample
from lifecircle.study import read_study
from tiled_studies import whole_access


@pytest.fixture(scope="session")
def sample_file(tmp_path_factory):
    """Return the study file of a sample city of some ten thousand nodes."""
    tiny = Scale("tiny", nodes=6000, residents=1500, facilities=600, communities=20, cell_m=400)
    return write_sample(tmp_path_factory.mktemp("sample"), tiny)


@pytest.fixture(scope="session")
def sample(sample_file):
    """Return the ground of the sample city, and its access table as one process finds it."""
    ground = read_ground(read_study(sample_file))
    return ground, whole_access(ground)
