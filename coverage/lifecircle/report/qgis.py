"""Styles inside a GeoPackage, so that QGIS opens a layer in colours: one for each standard, the first by default."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from lifecircle.messages import in_percent
from lifecircle.report.charts.drawing import NO_DATA, SHARE_COLOURS, SHARE_EDGES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from lifecircle.bilingual import Lang

_TABLE: Final = "layer_styles"
_NEVER: Final = "1970-01-01T00:00:00.000Z"
_DOCTYPE: Final = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
_CREATE: Final = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT, f_table_catalog TEXT(256), f_table_schema TEXT(256),
    f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
    useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME
)
"""
_INSERT: Final = """
INSERT INTO layer_styles (
    f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, styleQML, styleSLD, useAsDefault,
    description, owner, ui, update_time
) VALUES ('', '', ?, ?, ?, ?, '', ?, ?, '', '', ?)
"""
_NAME_LENGTH: Final = 30


@dataclass(frozen=True)
class ShareStyle:
    """Colours of a layer by a column of shares.

    Attributes
    ----------
    name : str
        Shown in QGIS's list of styles, and as the title of its legend.
    column : str
        Shares between 0 and 1; missing where nothing is known.
    no_data : str
        What grey means, in words.
    """

    name: str
    column: str
    no_data: str


def write_styles(path: Path, layer: str, styles: Sequence[ShareStyle], lang: Lang) -> None:
    """Add styles to a layer of a GeoPackage; the first one is the default.

    Parameters
    ----------
    path : Path
        The GeoPackage, which has no styles yet.
    layer : str
        Its table.
    styles : sequence of ShareStyle
    lang : {"zh", "en"}
    """
    with closing(sqlite3.connect(path)) as database, database:
        (column,) = database.execute(
            "SELECT column_name FROM gpkg_geometry_columns WHERE table_name = ?", (layer,)
        ).fetchone()
        database.execute(_CREATE)
        database.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change) VALUES (?, 'attributes', ?, ?)",
            (_TABLE, _TABLE, _NEVER),
        )
        for at, style in enumerate(styles):
            row = (layer, column, style.name[:_NAME_LENGTH], qml(style, lang), at == 0, style.name, _NEVER)
            database.execute(_INSERT, row)


def qml(style: ShareStyle, lang: Lang) -> str:
    """Return a style as QGIS writes it: a rule for each class of the map, and grey for all else."""
    root = ET.Element("qgis", version="3.22.0", styleCategories="Symbology")
    renderer = ET.SubElement(root, "renderer-v2", type="RuleRenderer", symbollevels="0", forceraster="0")
    rules = ET.SubElement(renderer, "rules", key="root")
    symbols = ET.SubElement(renderer, "symbols")
    quoted = style.column.replace('"', '""')
    last = len(SHARE_COLOURS) - 1
    for at, colour in enumerate(SHARE_COLOURS):
        low, high = SHARE_EDGES[at], SHARE_EDGES[at + 1]
        upper = f'"{quoted}" <= {high:g}' if at == last else f'"{quoted}" < {high:g}'
        label = in_percent(f"{100 * low:g}–{100 * high:g}", lang)
        _rule(rules, symbols, at, f'"{quoted}" >= {low:g} AND {upper}', label, colour)
    _rule(rules, symbols, last + 1, "ELSE", style.no_data, NO_DATA)
    return f"{_DOCTYPE}\n{ET.tostring(root, encoding='unicode')}"


def _rule(rules: ET.Element, symbols: ET.Element, at: int, condition: str, label: str, colour: str) -> None:
    """Add a rule and the symbol that it draws with."""
    ET.SubElement(rules, "rule", filter=condition, label=label, symbol=str(at), key=f"rule{at}")
    symbol = ET.SubElement(symbols, "symbol", type="fill", name=str(at), alpha="1", clip_to_extent="1")
    layer = ET.SubElement(symbol, "layer", {"class": "SimpleFill", "enabled": "1", "pass": "0", "locked": "0"})
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    options = ET.SubElement(layer, "Option", type="Map")
    for name, value in {
        "color": f"{red},{green},{blue},255",
        "outline_color": "255,255,255,255",
        "outline_style": "solid",
        "outline_width": "0.1",
        "outline_width_unit": "MM",
        "style": "solid",
    }.items():
        ET.SubElement(options, "Option", name=name, value=value, type="QString")
