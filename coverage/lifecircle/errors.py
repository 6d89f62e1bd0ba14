"""The errors a user can meet: what is wrong, where, and what to do about it."""

from __future__ import annotations


class LifecircleError(Exception):
    """Base of every error that lifecircle raises on purpose.

    The message is a plain sentence that names the file, the row, column or line, and the remedy.

    Examples
    --------
    >>> import lifecircle
    >>> try:
    ...     lifecircle.example_run().gaps("clinics")
    ... except LifecircleError as error:
    ...     print(str(error).split(": ", 1)[1])
    there is no layer 'clinics'. Did you mean 'clinic'?
    """


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
