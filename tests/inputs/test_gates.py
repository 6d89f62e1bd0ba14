from __future__ import annotations

import pytest

from lifecircle.errors import InputError
from lifecircle.inputs.gates import mapped_gates
from osm_files import write_osm


@pytest.mark.parametrize("suffix", [".osm", ".osm.pbf"])
def test_entrances_and_gates_that_anybody_may_use_are_found(tmp_path, suffix):
    nodes = {
        1: (118.801, 32.0, {"entrance": "main"}),
        2: (118.802, 32.0, {"entrance": "yes"}),
        3: (118.803, 32.0, {"barrier": "gate"}),
        4: (118.804, 32.0, {"barrier": "gate", "access": "private", "foot": "yes"}),
        5: (118.805, 32.0, {"barrier": "swing_gate", "access": "yes"}),
        6: (118.806, 32.0, {"entrance": "emergency", "barrier": "gate"}),
        11: (118.811, 32.0, {"entrance": "emergency"}),
        12: (118.812, 32.0, {"entrance": "no"}),
        13: (118.813, 32.0, {"barrier": "gate", "access": "private"}),
        14: (118.814, 32.0, {"barrier": "gate", "foot": "no", "access": "yes"}),
        15: (118.815, 32.0, {"barrier": "gate", "locked": "yes"}),
        16: (118.816, 32.0, {"barrier": "bollard"}),
        17: (118.817, 32.0, {"highway": "crossing"}),
        18: (118.818, 32.0),
    }
    path = write_osm(tmp_path / f"park{suffix}", nodes, {})
    assert mapped_gates(path)[:, 0].tolist() == pytest.approx([118.801 + n / 1000 for n in range(6)])


def test_a_map_without_gates_has_none(tmp_path):
    assert mapped_gates(write_osm(tmp_path / "a.osm", {1: (118.8, 32.0)}, {})).shape == (0, 2)


def test_a_file_that_is_no_map_is_an_error(tmp_path):
    (tmp_path / "a.osm.pbf").write_bytes(b"<html>")
    with pytest.raises(InputError, match=r"a\.osm\.pbf: is not a whole OpenStreetMap file"):
        mapped_gates(tmp_path / "a.osm.pbf")
