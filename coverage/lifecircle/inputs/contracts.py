"""What a table of facilities, residents or areas must and may hold, and tables made to hold it.

A cell that is wrong is listed. It costs the row only where the row says nothing without it (a resident point without a
population); elsewhere the cell becomes unknown and the row stays. Cells are parsed as people write them, which
pandera's coercion cannot do, and its failure cases no longer know the text that failed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from lifecircle.bilingual import Bilingual
from lifecircle.errors import InputError
from lifecircle.inputs.cells import cell_text, number_cells, plain_values, shown, text_cells
from lifecircle.inputs.formats import nearest
from lifecircle.messages import told
from lifecircle.problems import Outcome, Problem

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

# More than there are people on Earth: such a number is a slip, and sums of it lose their last digits.
MAX_NUMBER: Final = 1e10
AGE_GROUP: Final = re.compile(r"pop_\d+(_\d+|_plus)")


@dataclass(frozen=True)
class Contract:
    """The columns of one kind of table.

    Attributes
    ----------
    id_column : str
        Unique; made from the row where the file gives none.
    texts : tuple of str
    numbers : tuple of str
        Zero or more; so is every age group ``pop_<from>_<to>`` or ``pop_<from>_plus``.
    required : tuple of str
        Columns that the file must have, and without which a row is left out.
    """

    id_column: str
    texts: tuple[str, ...]
    numbers: tuple[str, ...] = ()
    required: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that are recognised."""
        return (self.id_column, *self.texts, *self.numbers)


_PLACE: Final = ("community_id", "community", "street_id", "street", "district_id", "district")
_FACILITY_TEXTS: Final = ("name", "kind", "level", "status", "opened", "inclusive", "tcm", "emergency_ready")
_FACILITY_NUMBERS: Final = (
    "capacity", "floor_area_m2", "staff", "doctors", "gps", "nurses", "beds", "nursing_beds", "enrolled",
)  # fmt: skip
_AGES: Final = ("pop_0_2", "pop_60_plus", "pop_65_plus", "pop_80_plus")

FACILITIES: Final = Contract("facility_id", (*_FACILITY_TEXTS, *_PLACE), _FACILITY_NUMBERS)
RESIDENTS: Final = Contract(
    "resident_id",
    ("name", *_PLACE),
    ("population", "households", *_AGES, "residential_area_m2"),
    required=("population",),
)
CENSUS: Final = Contract("area_id", ("name", *_PLACE), ("population", "households", *_AGES), required=("population",))
CANDIDATES: Final = Contract("facility_id", ("name", *_PLACE), ("cost", "capacity"))
AREAS: Final = Contract("area_id", ("name", "parent_id", "setting", *_PLACE))


def fulfilled(table: gpd.GeoDataFrame, contract: Contract, file: str) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """Return a table that keeps its contract, and the faults of those cells and rows that did not.

    Parameters
    ----------
    table : GeoDataFrame
        Rows as :func:`lifecircle.inputs.tables.read_table` gives them.
    contract : Contract
        What they have to hold.
    file : str
        Name of the input.

    Returns
    -------
    table : GeoDataFrame
        The id, then the other columns of the contract that there are, then the file's own; numbers as float64.
    problems : list of Problem

    Raises
    ------
    InputError
        If a required column is missing, or no row is left.
    """
    for name in contract.required:
        if name not in table:
            others = [str(column) for column in table.columns.drop(["row", "geometry"])]
            hint = nearest(name, others)
            raise InputError(told("error.no_column_say_which", path=file, column=name, hint=hint))
    sheet = _Sheet(table, _ids(table, contract), contract, file)
    clean = table.assign(**{contract.id_column: sheet.ids})
    faults = sheet.made_ids()
    dropped = np.zeros(len(table), dtype=bool)
    for name in table.columns.drop(["row", "geometry"]):
        if name in contract.numbers or AGE_GROUP.fullmatch(name):
            clean[name], unusable, found = sheet.numbers(name)
            dropped |= unusable
            faults += found
        elif name in contract.texts:
            clean[name], found = sheet.texts(name)
            faults += found
        elif name != contract.id_column:
            clean[name] = plain_values(table[name])
    repeated, found = sheet.repeated_ids(dropped)
    faults += found
    kept = clean[~dropped & ~repeated]
    if kept.empty:
        named = {"rows": len(table), "row": faults[0].row, "reason": faults[0].reason}
        raise InputError(told("error.no_row_usable", path=file, **named))
    order = [name for name in contract.columns if name in kept]
    order += [name for name in kept.columns.drop("geometry") if name not in order]
    return kept[[*order, "geometry"]].reset_index(drop=True), faults


def _ids(table: gpd.GeoDataFrame, contract: Contract) -> pd.Series[str]:
    """Return the ids as text; where one is missing it is made from the row."""
    from_row = "row" + table["row"].astype(str)
    if contract.id_column not in table:
        return from_row
    ids, _ = text_cells(table[contract.id_column])
    return ids.where(ids.notna(), from_row)


@dataclass(frozen=True)
class _Sheet:
    """A table under its contract: each method reads a column and lists the faults that it finds there."""

    table: gpd.GeoDataFrame
    ids: pd.Series[str]
    contract: Contract
    file: str

    def made_ids(self) -> list[Problem]:
        name = self.contract.id_column
        if name not in self.table:
            return []
        made = text_cells(self.table[name])[0].isna().to_numpy()
        return self._listed(made, name, told("problem.made_id"), "repaired")

    def repeated_ids(self, dropped: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], list[Problem]]:
        repeated = np.zeros(len(self.table), dtype=bool)
        repeated[~dropped] = self.ids[~dropped].duplicated(keep="first")
        return repeated, self._listed(repeated, self.contract.id_column, told("problem.same_id"), "dropped")

    def texts(self, name: str) -> tuple[pd.Series[str], list[Problem]]:
        clean, unprintable = text_cells(self.table[name])
        return clean, self._listed(unprintable, name, told("problem.unprintable", column=name), "repaired")

    def numbers(self, name: str) -> tuple[pd.Series[float], NDArray[np.bool_], list[Problem]]:
        """Return a column as numbers, which rows cannot be used without theirs, and the faults."""
        required = name in self.contract.required
        outcome: Outcome = "dropped" if required else "repaired"
        consequence = told("problem.row_left_out" if required else "problem.taken_as_unknown")
        cells = number_cells(self.table[name])
        negative = (cells.number < 0).to_numpy()
        large = (cells.number > MAX_NUMBER).to_numpy()
        good = cells.number.mask(negative | large)
        lacking = good.isna().to_numpy()
        faults: list[Problem] = []
        wrong = {"is_no_number": cells.unreadable, "is_negative": negative, "is_too_large": large}
        for key, mask in wrong.items():
            fault = told(f"problem.{key}")
            reasons = [
                told("problem.bad_number", column=name, cell=shown(cell), fault=fault, consequence=consequence)
                for cell in self.table.loc[mask, name]
            ]
            faults += self._listed(mask, name, reasons, outcome)
        if required:
            blank = lacking & ~cells.unreadable & ~negative & ~large
            reason = told("problem.no_number", column=name, consequence=consequence)
            faults += self._listed(blank, name, reason, outcome)
        read = cells.repaired & ~lacking
        pairs = zip(self.table.loc[read, name], good[read], strict=True)
        reasons = [
            told("problem.read_as", column=name, cell=shown(cell), number=cell_text(number)) for cell, number in pairs
        ]
        faults += self._listed(read, name, reasons, "repaired")
        return good, lacking & required, faults

    def _listed(
        self, mask: NDArray[np.bool_], column: str, reasons: Bilingual | list[Bilingual], outcome: Outcome
    ) -> list[Problem]:
        """Return a problem for each row of a mask, all for one reason or each for its own."""
        rows, ids = self.table["row"][mask].tolist(), self.ids[mask].tolist()
        each = [reasons] * len(rows) if isinstance(reasons, Bilingual) else reasons
        return [
            Problem(self.file, row, feature, column, reason, outcome)
            for row, feature, reason in zip(rows, ids, each, strict=True)
        ]
