"""The sample city as a folder of ordinary files, which goes through the readers that real data goes through."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from lifecircle.configs import configs_dir
from lifecircle.errors import InputError
from lifecircle.files import folder_written_whole
from lifecircle.messages import told
from lifecircle.progress import quietly
from lifecircle.sample import facts
from lifecircle.sample.answers import known_answers
from lifecircle.sample.city import sample_city
from lifecircle.sample.facilities import SYNTHETIC, columns_of
from lifecircle.sample.indicators import statistics_table
from lifecircle.sample.pbf import write_extract
from lifecircle.sample.readme import readme
from lifecircle.sample.scale import SCALES, Scale
from lifecircle.sample.tables import with_positions, write_table
from lifecircle.sample.years import after_events, known_changes, years
from lifecircle.yamlfile import write_yaml

if TYPE_CHECKING:
    import geopandas as gpd

    from lifecircle.progress import Step
    from lifecircle.sample.city import SampleCity
    from lifecircle.sample.schema import Table

STEPS: Final = 5
"""Steps that writing announces."""

MARK: Final = "SYNTHETIC.json"
STUDY: Final = "study.yaml"
_DATE_LINE: Final = re.compile('^date: "[0-9]+"', re.MULTILINE)
_FOLDER_LINE: Final = "folder: ../../data/nanjing-sample\n"
_COMMON: Final = ("facility_id", "name", "kind", "kind_zh")
_LAST: Final = ("address", "source")
_AREA_FILES: Final = {"district": "districts.geojson", "street": "subdistricts.gpkg", "community": "communities.gpkg"}


def write_sample(
    folder: str | Path,
    scale: Literal["small", "full"] | Scale = "small",
    seed: int = 2025,
    progress: Step = quietly,
) -> Path:
    """Write the sample city.

    Parameters
    ----------
    folder : str or Path
        Made if it is not there; an earlier sample in it is replaced as a whole.
    scale : {"small", "full"} or Scale
        Small: 50,000 junctions and ends of streets, 12,000 resident points, 17,000 facilities. Full: 547,000, 102,000
        and 25,000.
    seed : int
        The same seed gives the same files.
    progress : Step
        Told what is being made; see :func:`lifecircle.sample.city.sample_city`, and ``sample_files``.

    Returns
    -------
    Path
        The study file.

    Raises
    ------
    InputError
        If there is no such scale, or the folder holds anything that no earlier sample wrote.
    ReportError
        If the folder cannot be written to.
    """
    folder = Path(folder)
    size = _scale(scale)
    _require_replaceable(folder)
    city = sample_city(size, seed, progress)
    with progress("sample_files"), folder_written_whole(folder, MARK) as draft:
        _write(city, draft, size, seed, known_answers(city))
    return folder / STUDY


def write_sample_years(
    folder: str | Path,
    scale: Literal["small", "full"] | Scale = "small",
    seed: int = 2025,
    progress: Step = quietly,
) -> tuple[Path, Path]:
    """Write the sample city in two years, each in a folder of its own named by the year.

    Parameters
    ----------
    folder, scale, seed, progress
        As for :func:`write_sample`.

    Returns
    -------
    (Path, Path)
        The study files of the first and the last year. The first is the sample city itself; what has changed in the
        last, and what must come out of a comparison, stands in its ``planted.yaml``.
    """
    size, span = _scale(scale), years()
    folders = [Path(folder) / str(year) for year in (span.first, span.last)]
    for one in folders:
        _require_replaceable(one)
    city = sample_city(size, seed, progress)
    versions = ((city, known_answers(city)), (after_events(city), known_changes(city)))
    with progress("sample_files"):
        for one, year, (then, answers) in zip(folders, (span.first, span.last), versions, strict=True):
            with folder_written_whole(one, MARK) as draft:
                _write(then, draft, size, seed, answers, year)
    return folders[0] / STUDY, folders[1] / STUDY


def _scale(scale: str | Scale) -> Scale:
    if isinstance(scale, Scale):
        return scale
    if scale not in SCALES:
        raise InputError(told("error.no_sample_scale", scale=repr(scale), scales=", ".join(SCALES)))
    return SCALES[scale]


def _write(
    city: SampleCity, folder: Path, scale: Scale, seed: int, answers: dict[str, Any], year: int | None = None
) -> None:
    """Write everything into an empty folder; in another year than the statistics' last, those up to then."""
    write_extract(
        folder / "streets.osm.pbf", city.streets, city.terrain, city.scenes, city.facilities[city.facilities["in_osm"]]
    )
    for level, name in _AREA_FILES.items():
        write_table(getattr(city.areas, level).assign(source=SYNTHETIC), folder / name)
    write_table(city.people.table.assign(source=SYNTHETIC), folder / "residents.parquet")
    for table in facts.supply().tables:
        _write_facilities(city.facilities, table, folder)
    figures = facts.figures()
    statistics = statistics_table(figures.figures, figures.years, seed, year)
    statistics.to_csv(folder / "statistics.csv", index=False, encoding="utf-8-sig", lineterminator="\n")
    write_yaml(answers, folder / "planted.yaml")
    (folder / "README.md").write_text(readme(answers), encoding="utf-8")
    (folder / STUDY).write_text(_study(year), encoding="utf-8")
    mark: dict[str, Any] = {"synthetic": SYNTHETIC, "scale": scale.name, "seed": seed}
    mark["files"] = sorted([*(part.name for part in folder.iterdir()), MARK])
    (folder / MARK).write_text(json.dumps(mark, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _write_facilities(facilities: gpd.GeoDataFrame, table: Table, folder: Path) -> None:
    """Write the facilities of some layers, with the columns that these have and the names that the file gives them."""
    own = list(dict.fromkeys(column for layer in table.layers for column in columns_of(layer)))
    rows = facilities.loc[facilities["layer"].isin(table.layers), [*_COMMON, *own, *_LAST, "geometry"]]
    typed = rows.assign(**{name: rows[name].infer_objects().convert_dtypes() for name in own}).reset_index(drop=True)
    if table.crs:
        typed = typed.to_crs(table.crs)
    path = folder / table.file
    if path.suffix in {".csv", ".xlsx"}:
        typed = with_positions(typed)
    write_table(typed.rename(columns=table.headers), path, table.encoding)


def _study(year: int | None) -> str:
    """Return the shipped study of the sample, with its files in the folder of the study itself, and its date."""
    text = (configs_dir() / "studies" / "nanjing-sample.yaml").read_text(encoding="utf-8")
    text = text.replace(_FOLDER_LINE, "folder: .\n")
    return text if year is None else _DATE_LINE.sub(f'date: "{year}"', text)


def _require_replaceable(folder: Path) -> None:
    """Refuse a folder in which anything lies that an earlier sample did not put there."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise InputError(told("error.sample_on_file", path=folder))
    strangers = sorted({part.name for part in folder.iterdir()} - _earlier_files(folder))
    if strangers:
        first, more = strangers[0], len(strangers) - 1
        named = told("error.and_more", first=first, more=more) if more else first
        raise InputError(told("error.sample_strangers", path=folder, strangers=named))


def _earlier_files(folder: Path) -> set[str]:
    """Return the names of the files that an earlier sample put into a folder, by its own list."""
    try:
        names = json.loads((folder / MARK).read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError, TypeError):
        return set()
    return {name for name in names if isinstance(name, str)} if isinstance(names, list) else set()
