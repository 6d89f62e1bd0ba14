"""What mkdocs needs to know of this repository: notebooks as pages, links to its files, pages not yet in the nav."""

from __future__ import annotations

import ast
import base64
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mkdocs.structure.files import File

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

NOTEBOOKS: Final = Path(__file__).parents[1] / "notebooks"
PACKAGE: Final = Path(__file__).parents[1] / "coverage" / "lifecircle" / "__init__.py"
_CHINESE: Final = ".zh.md"
_OUTSIDE: Final = re.compile(r"(?<!!)\[([^\]]+)\]\(\.\./[^)]+\)")
_ROLE: Final = re.compile(r":(?:func|meth|class|mod|data):<code>~?(?:lifecircle\.[a-z_.]*\.(?=[^<]))?([^<]+)</code>")
_PICTURE: Final = re.compile(r"!\[([^\]]*)\]\(\.\./docs/([^)]+)\)")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put notebooks, and pages that the nav does not name, where they belong."""
    named = set(_names(config.nav))
    docs = Path(config.docs_dir)
    pages = [path.relative_to(docs).as_posix() for path in sorted(docs.rglob("*.md"))]
    more = [page for page in pages if page not in named]
    sections = {title: pages for section in config.nav if isinstance(section, dict) for title, pages in section.items()}
    sections["Tasks"] += [page for page in more if not page.endswith(_CHINESE)]
    sections["中文"] += [page for page in more if page.endswith(_CHINESE)]
    sections["Notebooks"] += [f"notebooks/{story.stem}.md" for story in _stories()]
    return config


def _names(nav: Any) -> Iterator[str]:
    """Yield every page that a nav names."""
    for entry in nav.values() if isinstance(nav, dict) else nav:
        if isinstance(entry, str):
            yield entry
        else:
            yield from _names(entry)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add every notebook as a page with its pictures, and the list of them."""
    words = (NOTEBOOKS / "README.md").read_text(encoding="utf-8").replace(".ipynb)", ".md)")
    files.append(File.generated(config, "notebooks/index.md", content=words))
    for story in _stories():
        page, pictures = _page(story)
        files.append(File.generated(config, f"notebooks/{story.stem}.md", content=page))
        for name, picture in pictures.items():
            files.append(File.generated(config, f"notebooks/{name}", content=picture))
    return files


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:
    """Complete the reference, and keep the words of links that lead out of the documentation into the repository."""
    if page.file.src_uri == "api.md":
        return markdown + "".join(f"\n::: lifecircle.{name}" for name in _public() if f".{name}\n" not in markdown)
    markdown = _PICTURE.sub(r"![\1](../\2)", markdown)
    return markdown if "/" in page.file.src_uri else _OUTSIDE.sub(r"\1", markdown)


def _public() -> list[str]:
    """Return the public names, read from the package without importing it."""
    tree = ast.parse(PACKAGE.read_text(encoding="utf-8"))
    assigned = (
        node for node in tree.body if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
    )
    return list(ast.literal_eval(next(assigned).value))


def on_page_content(content: str, **_: Any) -> str:
    """Write what docstrings name as code, without Sphinx's roles, which say the same in another markup."""
    return _ROLE.sub(r"<code>\1</code>", content)


def _stories() -> list[Path]:
    return sorted(NOTEBOOKS.glob("[0-9]*.ipynb"))


def _page(story: Path) -> tuple[str, dict[str, bytes]]:
    """Return a notebook as Markdown, and its pictures by name."""
    parts: list[str] = []
    pictures: dict[str, bytes] = {}
    for cell in json.loads(story.read_text(encoding="utf-8"))["cells"]:
        source = _text(cell["source"])
        if cell["cell_type"] == "markdown":
            parts.append(source)
            continue
        parts.append(f"```python\n{source}\n```")
        for output in cell["outputs"]:
            data = output.get("data", {})
            if "image/png" in data:
                name = f"{story.stem}-{len(pictures)}.png"
                pictures[name] = base64.b64decode(_text(data["image/png"]))
                parts.append(f"![Output of the cell above]({name})")
            elif "text/html" in data:
                parts.append(_text(data["text/html"]).replace("\n\n", "\n"))
            else:
                words = _text(output.get("text") or data.get("text/plain", ""))
                parts.append(f"```text\n{words.rstrip()}\n```")
    return "\n\n".join(parts) + "\n", pictures


def _text(lines: str | list[str]) -> str:
    return lines if isinstance(lines, str) else "".join(lines)
