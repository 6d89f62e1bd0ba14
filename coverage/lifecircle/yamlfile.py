"""Strict YAML: plain data with a line for every key, validated as a whole against a pydantic model.

YAML has corners in which a file says something else than its author reads. What YAML 1.1 and 1.2 read differently, a
full-width colon, a key given twice, and aliases and tags (which can blow up a small file) are refused with their line.
"""

from __future__ import annotations

import difflib
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from lifecircle.bilingual import Bilingual
from lifecircle.messages import catalogue, told
from lifecircle.messages import lines as one_a_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from lifecircle.errors import LifecircleError

Model = TypeVar("Model", bound=BaseModel)
Key = tuple[str | int, ...]

MAX_BYTES: Final = 4_000_000
MAX_DEPTH: Final = 40

_AMBIGUOUS: Final = re.compile(
    r"""(?ix) ^( y | yes | n | no | on | off )$      # booleans in YAML 1.1 only
      | ^[-+]?\d+(:[0-5]?\d)+(\.\d*)?$               # 12:30 is 750 in YAML 1.1
      | ^[-+]?0\d+$                                  # 010 is 8 in YAML 1.1
      | ^[-+]?\d[\d_]*_[\d_]*$                       # 1_000 is 1000 in YAML 1.1
    """
)
_FULL_WIDTH_KEY: Final = re.compile(r"^\s*(- )?[A-Za-z_][\w-]*：")
_SIMILAR: Final = 0.6


def read_yaml(path: Path, error: type[LifecircleError]) -> tuple[Any, dict[Key, int]]:
    """Read a YAML file as plain data.

    Parameters
    ----------
    path : Path
        The file, UTF-8.
    error : type
        The error to raise, so that the message belongs to the room that asked.

    Returns
    -------
    data : dict, list, str, int, float, bool or None
        The content.
    lines : dict
        Line (from 1) of every key path, such as ``("layers", "clinic", "file")``.

    Raises
    ------
    LifecircleError
        Of the given type, naming the file and the line, with everything that is ambiguous in it.
    """
    root = _composed(path, error)
    _raise_in_lines(_ambiguities(root), path, error)
    lines: dict[Key, int] = {}
    return _plain(root, (), lines), lines


def read_model(path: Path, model: type[Model], error: type[LifecircleError]) -> tuple[Model, dict[Key, int]]:
    """Read a YAML file into a pydantic model, reporting all faults at once.

    Parameters
    ----------
    path : Path
        The file.
    model : type
        A pydantic model, usually with ``extra="forbid"``.
    error : type
        The error to raise.

    Returns
    -------
    model : pydantic model
        The validated content.
    lines : dict
        Line of every key path.

    Raises
    ------
    LifecircleError
        Of the given type: one line per fault with its key path, its line and, for a misspelt key, a suggestion.
    """
    data, lines = read_yaml(path, error)
    try:
        return model.model_validate(data), lines
    except ValidationError as invalid:
        details: list[dict[str, Any]] = [dict(detail) for detail in invalid.errors()]
        meant = {(*key[:-1], near) for key, near in (_misspelt(detail, data, model) for detail in details) if near}
        shown = (one for one in details if one["type"] != "missing" or _key_in_file(one["loc"], data) not in meant)
        faults = [_fault(detail, data, lines, model) for detail in shown]
        raise error(faults_of_file(path, faults)) from None


def line_of(key: Key, lines: dict[Key, int]) -> int:
    """Return the line of a key path, or of its nearest parent that stands in the file."""
    for length in range(len(key), -1, -1):
        if key[:length] in lines:
            return lines[key[:length]]
    return 1


def raise_faults(
    faults: Iterable[tuple[Key, Bilingual]], path: Path, lines: dict[Key, int], error: type[LifecircleError]
) -> None:
    """Raise one error that lists what is wrong with entries of a file by their lines, or return when nothing is.

    Parameters
    ----------
    faults : iterable of (key path, Bilingual)
    path : Path
        The file.
    lines : dict
        Line of every key path, as :func:`read_model` gives them.
    error : type
        The error to raise.

    Raises
    ------
    LifecircleError
        Of the given type, if there is any fault.
    """
    _raise_in_lines(((line_of(key, lines), fault) for key, fault in faults), path, error)


def _raise_in_lines(faults: Iterable[tuple[int, Bilingual]], path: Path, error: type[LifecircleError]) -> None:
    found = sorted(faults, key=lambda fault: (fault[0], fault[1].en))
    if found:
        raise error(faults_of_file(path, [told("error.in_line", line=line, fault=fault) for line, fault in found]))


def _composed(path: Path, error: type[LifecircleError]) -> Node | None:
    """Return the file as YAML nodes, which still know their lines."""
    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except FileNotFoundError as fault:
        raise error(faults_of_file(path, [told("error.no_such_file")])) from fault
    except OSError as fault:
        raise error(faults_of_file(path, [told("error.cannot_be_read", reason=fault.strerror or fault)])) from fault
    if len(raw) > MAX_BYTES:
        raise error(faults_of_file(path, [told("error.larger_than", megabytes=MAX_BYTES // 1_000_000)]))
    try:
        return _nodes(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as fault:
        raise error(faults_of_file(path, [told("error.not_utf8", byte=fault.start)])) from fault
    except MarkedYAMLError as fault:
        raise error(faults_of_file(path, [_reason(raw, fault)])) from fault
    except (YAMLError, RecursionError, ValueError) as fault:
        raise error(faults_of_file(path, [told("error.not_yaml", reason=_first_line(fault))])) from fault


@lru_cache(maxsize=16)
def _nodes(text: str) -> Node | None:
    """Return text as YAML nodes, which nobody changes: a file that still says the same need not be parsed again."""
    return cast(Node | None, YAML(typ="safe", pure=True).compose(text))


def _reason(raw: bytes, fault: MarkedYAMLError) -> Bilingual:
    """Word a syntax error; the likeliest cause in a Chinese office is a full-width colon after a key."""
    for line, text in enumerate(raw.decode("utf-8", errors="replace").splitlines(), start=1):
        if _FULL_WIDTH_KEY.match(text):
            return told("error.in_line", line=line, fault=told("error.full_width_colon"))
    line = fault.problem_mark.line + 1 if fault.problem_mark else 1
    return told("error.in_line", line=line, fault=told("error.yaml_syntax", reason=fault.problem or fault.context))


def _ambiguities(root: Node | None) -> Iterator[tuple[int, Bilingual]]:
    """Yield the line and the remedy of every spot that two readers of YAML would read differently."""
    open_nodes: list[tuple[Node, int]] = [(root, 0)] if root is not None else []
    seen: set[int] = set()
    while open_nodes:
        node, depth = open_nodes.pop()
        line = node.start_mark.line + 1
        if id(node) in seen:
            yield line, told("error.alias")
            continue
        seen.add(id(node))
        if str(node.tag).startswith("!") or str(node.tag).startswith("tag:yaml.org,2002:python"):
            yield line, told("error.tag", tag=node.tag)
        if depth > MAX_DEPTH:
            yield line, told("error.too_deep", levels=MAX_DEPTH)
        elif isinstance(node, MappingNode):
            yield from _repeated_keys(node)
            open_nodes += [(child, depth + 1) for pair in node.value for child in pair]
        elif isinstance(node, SequenceNode):
            open_nodes += [(child, depth + 1) for child in node.value]
        elif isinstance(node, ScalarNode) and node.style is None:
            yield from _ambiguous_scalar(node)


def _repeated_keys(node: MappingNode) -> Iterator[tuple[int, Bilingual]]:
    seen: dict[str, int] = {}
    for key, _ in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, ScalarNode):
            yield line, told("error.key_no_word")
        elif key.value in seen:
            yield line, told("error.key_twice", key=repr(key.value), line=seen[key.value])
        else:
            seen[key.value] = line


def _ambiguous_scalar(node: ScalarNode) -> Iterator[tuple[int, Bilingual]]:
    line, text = node.start_mark.line + 1, str(node.value)
    if _FULL_WIDTH_KEY.match(text):
        yield line, told("error.full_width_colon")
    elif _AMBIGUOUS.match(text):
        yield line, told("error.ambiguous", text=text)


def _plain(node: Node | None, key: Key, lines: dict[Key, int]) -> Any:
    """Return a node as plain data and note the line of each key path on the way."""
    if node is None:
        return None
    lines.setdefault(key, node.start_mark.line + 1)
    if isinstance(node, MappingNode):
        mapping: dict[str, Any] = {}
        for name, child in node.value:
            lines[(*key, name.value)] = name.start_mark.line + 1
            mapping[name.value] = _plain(child, (*key, name.value), lines)
        return mapping
    if isinstance(node, SequenceNode):
        return [_plain(child, (*key, index), lines) for index, child in enumerate(node.value)]
    return _scalar(cast("ScalarNode", node))


def _scalar(node: ScalarNode) -> str | int | float | bool | None:
    """Return a scalar by the core schema of YAML 1.2; dates stay text."""
    text: str = node.value
    if node.style is not None:
        return text
    if text in {"", "~", "null", "Null", "NULL"}:
        return None
    if text in {"true", "True", "TRUE", "false", "False", "FALSE"}:
        return text.lower() == "true"
    if re.fullmatch(r"[-+]?\d{1,18}", text):
        return int(text)
    if re.fullmatch(r"[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d{1,3})?", text):
        return float(text)
    return text


def _fault(detail: dict[str, Any], data: Any, lines: dict[Key, int], model: type[BaseModel]) -> Bilingual:
    key = _key_in_file(detail["loc"], data)
    name = ".".join(str(part) for part in key) or told("error.the_file")
    line = line_of(key, lines)
    if detail["type"] == "extra_forbidden":
        _, near = _misspelt(detail, data, model)
        hint = told("error.did_you_mean", names=repr(near)) if near else told("error.remove_key")
        fault = told("error.unknown_key", name=name, key=repr(str(key[-1])), hint=hint)
    elif detail["type"] == "missing":
        fault = told("error.missing_key", name=name)
    else:
        fault = told("error.invalid", name=name, reason=_why(detail), value=_shown(detail["input"]))
    return told("error.in_line", line=line, fault=fault)


def _why(detail: dict[str, Any]) -> str | Bilingual:
    """Return why a value is not valid: what a check of ours says of it, or else pydantic."""
    cause = detail.get("ctx", {}).get("error")
    ours = getattr(cause, "message", None) or (cause.args[0] if isinstance(cause, ValueError) and cause.args else None)
    if ours is not None:
        return ours if isinstance(ours, Bilingual) else str(ours)
    key = f"error.type_{detail['type']}"
    return told(key, **detail.get("ctx", {})) if key in catalogue() else str(detail["msg"])


def _misspelt(detail: dict[str, Any], data: Any, model: type[BaseModel]) -> tuple[Key, str]:
    """Return a key that is not known, and the one that was probably meant; ``""`` where there is none."""
    key = _key_in_file(detail["loc"], data)
    if detail["type"] != "extra_forbidden":
        return key, ""
    near = difflib.get_close_matches(str(key[-1]), _field_names(model), n=1, cutoff=_SIMILAR)
    return key, near[0] if near else ""


def _key_in_file(location: tuple[str | int, ...], data: Any) -> Key:
    """Return the parts of a pydantic location that stand in the file (it also names unions and validators)."""
    key: list[str | int] = []
    for index, part in enumerate(location):
        inside = (isinstance(data, dict) and part in data) or (
            isinstance(data, list) and isinstance(part, int) and part < len(data)
        )
        if inside:
            data = data[part]
            key.append(part)
        elif index == len(location) - 1 and isinstance(data, dict | list):
            key.append(part)
    return tuple(key)


def _field_names(model: type[BaseModel]) -> list[str]:
    """Return the names of all keys that a model and the models inside it know."""
    names: set[str] = set()
    pending: list[Any] = [model]
    seen: set[int] = set()
    while pending:
        item = pending.pop()
        if id(item) in seen:
            continue
        seen.add(id(item))
        if isinstance(item, type) and issubclass(item, BaseModel):
            names |= set(item.model_fields)
            pending += [field.annotation for field in item.model_fields.values()]
        pending += list(getattr(item, "__args__", ()))
    return sorted(names)


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."  # noqa: PLR2004 - one line of a terminal


def _first_line(fault: BaseException) -> str:
    return str(fault).splitlines()[0] if str(fault) else type(fault).__name__


def faults_of_file(path: Path, faults: Sequence[Bilingual]) -> Bilingual:
    """Return one fault of a file, or several together, each on a line of its own."""
    if len(faults) == 1:
        return told("error.in_file", path=path, fault=faults[0])
    return told("error.in_files", path=path, count=len(faults), faults=one_a_line(faults, indent="  "))


def write_yaml(data: Mapping[str, Any], path: Path) -> None:
    """Write plain data as YAML in UTF-8, keys in their order."""
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.width = 120
    yaml.allow_unicode = True
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]  # ruamel types it as None
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        yaml.dump(dict(data), stream)
