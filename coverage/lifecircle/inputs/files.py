"""Takes a study, gives every file that it names, by a short name; nothing is read, so that this is soon known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lifecircle.study import CensusTotals, PopulationRaster

if TYPE_CHECKING:
    from pathlib import Path

    from lifecircle.study import People, Study

RESIDENTS: Final = "residents"
SECOND_RESIDENTS: Final = "second_residents"


def study_files(study: Study) -> dict[str, Path]:
    """Return every file that a study names, by a short name.

    Raises
    ------
    StudyError
        If one of them is not there.
    """
    named = {"streets": study.streets.file, **people_files(study.residents, RESIDENTS)}
    if study.second_residents is not None:
        named |= people_files(study.second_residents, SECOND_RESIDENTS)
    named |= {f"areas.{level}": source.file for level, source in study.areas.sources().items()}
    if study.terrain is not None:
        named["terrain"] = study.terrain.file
    if study.statistics is not None:
        named["statistics"] = study.statistics.file
    named |= {f"layers.{layer}": source.file for layer, source in study.layers.items() if source.file is not None}
    return {name: study.file(file) for name, file in named.items()}


def people_files(people: People, name: str) -> dict[str, str]:
    """Return every file that a source of people is read from, by a short name that begins with ``name``.

    Examples
    --------
    >>> people_files(PopulationRaster(raster="all.tif", groups={"pop_60_plus": ["f.tif", "m.tif"]}), "residents")
    {'residents': 'all.tif', 'residents.pop_60_plus.1': 'f.tif', 'residents.pop_60_plus.2': 'm.tif'}
    """
    files = {name: people.file}
    if isinstance(people, PopulationRaster):
        for group, rasters in people.groups.items():
            files |= {f"{name}.{group}.{number}": file for number, file in enumerate(rasters, start=1)}
    elif isinstance(people, CensusTotals):
        homes = {"buildings": people.buildings, "land": people.land}
        files |= {f"{name}.{part}": source.file for part, source in homes.items() if source is not None}
    return files
