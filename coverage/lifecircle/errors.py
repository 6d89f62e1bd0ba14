"""The errors a user can meet: what is wrong, where, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lifecircle.bilingual import Bilingual, Lang


class LifecircleError(Exception):
    """Base of every error that lifecircle raises on purpose.

    The message is a plain sentence that names the file, the row, column or line, and the remedy. As a string it is in
    English; what a planner meets exists in both languages.

    Parameters
    ----------
    message : str or Bilingual

    Attributes
    ----------
    message : str or Bilingual

    Examples
    --------
    >>> import lifecircle
    >>> try:
    ...     lifecircle.example_run().gaps("clinics")
    ... except LifecircleError as error:
    ...     print(str(error).split(": ", 1)[1])
    there is no layer 'clinics'. Did you mean 'clinic'?
    """

    def __init__(self, message: str | Bilingual) -> None:
        super().__init__(message if isinstance(message, str) else message.en)
        self.message = message

    def text(self, lang: Lang) -> str:
        """Return the message in one language, or as it is where it exists in English only."""
        return self.message if isinstance(self.message, str) else self.message.text(lang)


class StudyError(LifecircleError, ValueError):
    """A study file cannot be used as it is written."""


class PlanError(LifecircleError, ValueError):
    """A plan file cannot be used as it is written."""


class ScenarioError(LifecircleError, ValueError):
    """A file of changes cannot be used as it is written, or does not fit the study that it changes."""


class InputError(LifecircleError, ValueError):
    """A data file is missing, unreadable, or holds nothing that could be used; or values passed in are not usable."""


class NetworkError(LifecircleError, ValueError):
    """A street network cannot be built or searched."""


class ReportError(LifecircleError, OSError):
    """An output cannot be written."""


class ClusterError(LifecircleError, RuntimeError):
    """A cluster is missing, does not answer, or has failed."""
