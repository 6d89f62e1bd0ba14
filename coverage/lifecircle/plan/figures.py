"""Figures as a plan prints them: from the text of a table cell to a number with its comparator."""

from __future__ import annotations

import re
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, model_serializer, model_validator

Comparator = Literal[">=", ">", "<=", "<", "about"]

COMPARATOR_SIGNS: Final[dict[Comparator, str]] = {">=": "≥", ">": ">", "<=": "≤", "<": "<", "about": "左右"}
_UNKNOWN: Final = "—"
_FIGURE: Final = re.compile(r"^(?P<open>〔)?(?P<sign>[≥>≤<])?(?P<number>\d+(\.\d+)?)(?P<about>左右)?(?(open)〕)$")


class Figure(BaseModel):
    """A figure of a plan's table, read from its printed text.

    Attributes
    ----------
    printed : str
        The cell as printed: a number, optionally with ≥ > ≤ < before or 左右 after it, in 〔〕 when cumulative; or
        ``—`` for a figure that the plan does not give.
    value : float or None
        The number, in the printed unit; ``None`` for ``—``, never 0.
    comparator : str or None
        The comparator printed with it; ``None`` where there is none.
    cumulative : bool
        Whether it stands in 〔〕: a sum over the years of the plan.

    Examples
    --------
    >>> Figure.model_validate("〔>15〕")
    Figure(printed='〔>15〕', value=15.0, comparator='>', cumulative=True)
    >>> Figure.model_validate("4.5左右").comparator
    'about'
    >>> Figure.model_validate("—").value is None
    True
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    printed: str
    value: float | None
    comparator: Comparator | None
    cumulative: bool

    @model_serializer
    def _as_printed(self) -> str:
        return self.printed

    @model_validator(mode="before")
    @classmethod
    def _from_print(cls, printed: Any) -> Any:
        if not isinstance(printed, str):
            raise ValueError(  # noqa: TRY004 - pydantic collects ValueErrors only
                'write the figure in quotes, exactly as the plan prints it, such as "≥85" or "—"'
            )
        if printed == _UNKNOWN:
            return {"printed": printed, "value": None, "comparator": None, "cumulative": False}
        match = _FIGURE.match(printed)
        if match is None:
            raise ValueError("is no figure as a plan prints it. Write a number such as 4.5, ≥85, 18左右, 〔16〕, or —")
        by_sign = {sign: comparator for comparator, sign in COMPARATOR_SIGNS.items()}
        return {
            "printed": printed,
            "value": float(match["number"]),
            "comparator": by_sign.get(match["sign"] or match["about"]),
            "cumulative": match["open"] is not None,
        }
