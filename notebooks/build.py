"""Runs the stories in this folder and writes each as a notebook with its pictures: ``python notebooks/build.py 01 04``.

A story is a Python file in jupytext's percent format: ``# %%`` opens a cell of code, ``# %% [markdown]`` one of words.
"""

from __future__ import annotations

import atexit
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import nbformat
from jupyter_client import AsyncKernelManager
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

if TYPE_CHECKING:
    from collections.abc import Iterable

FOLDER = Path(__file__).parent
MOST_CHARACTERS = 150_000
LEFT_OUT = "(too large to be kept here: run the notebook to see it)"
_MARKDOWN = "[markdown]"
_OPENING = "# %%"


class LocalKernel(AsyncKernelManager):
    """A kernel that is spoken to through files: a notebook needs no network, and neither does its kernel."""

    def __init__(self, **settings: Any) -> None:
        sockets = TemporaryDirectory(prefix="lc-")
        atexit.register(sockets.cleanup)
        super().__init__(transport="ipc", ip=f"{sockets.name}/k", **settings)


def stories() -> list[Path]:
    """Return the stories in their order."""
    return sorted(FOLDER.glob("[0-9]*.py"))


def notebook_of(story: Path) -> nbformat.NotebookNode:
    """Return a story as a notebook that has not been run."""
    cells = [_cell(text) for text in f"\n{story.read_text(encoding='utf-8')}".split(f"\n{_OPENING}")[1:]]
    for place, cell in enumerate(cells):
        cell["id"] = f"{story.stem[:2]}-{place:02}"
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}})


def _cell(text: str) -> nbformat.NotebookNode:
    kind, _, body = text.partition("\n")
    if kind.strip() != _MARKDOWN:
        return new_code_cell(body.strip())
    return new_markdown_cell("\n".join(line.removeprefix("#").removeprefix(" ") for line in body.strip().split("\n")))


def execute(notebook: nbformat.NotebookNode, folder: Path, limit_s: int = 120) -> None:
    """Run a notebook in a folder, from clean, and keep its outputs in it.

    Raises
    ------
    CellExecutionError
        If a cell raises an error.
    """
    resources = {"metadata": {"path": str(folder)}}
    NotebookClient(notebook, kernel_manager_class=LocalKernel, timeout=limit_s, resources=resources).execute()


def slim(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return a notebook without what changes from run to run, and without outputs too large to be read online."""
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = [_kept(output) for output in cell.outputs]
    notebook.metadata.language_info = {"name": "python"}
    return notebook


def _kept(output: nbformat.NotebookNode) -> nbformat.NotebookNode:
    data = output.get("data", {})
    if sum(len(str(content)) for content in data.values()) <= MOST_CHARACTERS:
        return output
    return new_output(output.output_type, {"text/plain": LEFT_OUT}, execution_count=output.get("execution_count"))


def main(chosen: Iterable[str]) -> None:
    """Run the stories whose names begin as asked, or all, and write them as notebooks."""
    chosen = tuple(chosen)
    for story in stories():
        if story.name.startswith(chosen or ("",)):
            print(story.name, flush=True)
            notebook = notebook_of(story)
            execute(notebook, FOLDER)
            nbformat.write(slim(notebook), story.with_suffix(".ipynb"))


if __name__ == "__main__":
    main(sys.argv[1:])
