"""Changes the searches, measures and scores a little, one place at a time, and counts how many changes a test notices.

``python tests/faults/mutants.py [SHARE]``. At every place where one of cosmic-ray's operators applies, one of its
changes is made (chosen by chance, always the same), in a copy of the package; then the tests of that room run until one
fails. A SHARE below 1 tries that part of the places. What leaves the program as it is (in annotations) is not counted.
"""

from __future__ import annotations

import ast
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import pytest
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

REPOSITORY = Path(__file__).parents[2]
SOURCE = REPOSITORY / "coverage" / "lifecircle"
ROOMS = ("network/search.py", "access/*.py", "scores/*.py")
OPERATORS = sorted(name for name in operator_names() if "Variable" not in name)  # those want a variable's name
LONGEST_S = 180
PROCESSES = 2
_FAMILIES = ("ReplaceBinaryOperator", "ReplaceComparisonOperator", "ReplaceUnaryOperator")


@dataclass(frozen=True)
class Mutant:
    """A change: the module, the operator, and which of the places where it applies."""

    module: str
    operator: str
    place: int


def mutants(share: float) -> list[Mutant]:
    """Return one change for every place and kind of operator, or a part of them."""
    rng = random.Random(1)
    found = []
    for pattern in ROOMS:
        for path in sorted(SOURCE.glob(pattern)):
            by_place = defaultdict(list)
            tree = get_ast(path.read_text(encoding="utf-8"))
            for name in OPERATORS:
                operator = get_operator(name)()
                places = [node.start_pos for node in ast_nodes(tree) for _ in operator.mutation_positions(node)]
                for at, position in enumerate(places):
                    by_place[_family(name), position, _repeats(places, at)].append((name, at))
            for choices in by_place.values():
                name, at = rng.choice(choices)
                found.append(Mutant(path.relative_to(SOURCE).as_posix(), name, at))
    kept = [mutant for mutant in found if rng.random() < share]
    return [mutant for mutant in kept if changed_source(mutant) is not None]


def changed_source(mutant: Mutant) -> str | None:
    """Return the module with the change, or ``None`` where that comes to the same program."""
    source = (SOURCE / mutant.module).read_text(encoding="utf-8")
    changed = mutate_code(source, get_operator(mutant.operator)(), mutant.place)
    try:
        return None if changed is None or _program(changed) == _program(source) else changed
    except SyntaxError:  # the star before keywords is taken for a product
        return None


def survives(mutant: Mutant) -> tuple[Mutant, str]:
    """Run the tests against a change; return ``killed`` or the line that nobody missed."""
    package = _own_copy()
    target = package / mutant.module
    original = target.read_text(encoding="utf-8")
    changed = changed_source(mutant) or ""
    target.write_text(changed, encoding="utf-8")
    try:
        noticed = any(_fails(package, tests) for tests in _tests_of(mutant.module))
    finally:
        target.write_text(original, encoding="utf-8")
    if noticed:
        return mutant, "killed"
    pairs = zip(original.splitlines(), changed.splitlines(), strict=False)
    number, before, after = next((n, a, b) for n, (a, b) in enumerate(pairs, start=1) if a != b)
    return mutant, f"{mutant.module}:{number}: {before.strip()}  ->  {after.strip()}"


def _fails(package: Path, tests: list[Path]) -> bool:
    """Run tests in a fork of this process, which has the libraries loaded and nothing of the package."""
    child = os.fork()
    if child == 0:
        os.setsid()
        sink = os.open(os.devnull, os.O_WRONLY)
        os.dup2(sink, 1)
        os.dup2(sink, 2)
        sys.dont_write_bytecode = True
        sys.path.insert(0, str(package.parent))
        os.chdir(REPOSITORY)
        quick = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--hypothesis-seed=0"]
        os._exit(pytest.main([*quick, f"--basetemp={package.parent / 'tmp'}", *map(str, tests)]))
    begun = time.monotonic()
    while time.monotonic() - begun < LONGEST_S:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return status != 0
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True


def _tests_of(module: str) -> list[list[Path]]:
    """Return the tests of a module, then those of its room and of the rooms that read what it gives."""
    room, name = module.split("/")
    tests = REPOSITORY / "tests"
    own = tests / room / f"test_{name}"
    rooms = {"network": ["access"], "access": ["access", "scores"], "scores": ["scores"]}[room]
    others = [path for each in rooms for path in sorted((tests / each).glob("test_*.py")) if path != own]
    return [group for group in ([own] if own.exists() else [], others) if group]


_copies: dict[int, Path] = {}


def _own_copy() -> Path:
    """Return a copy of the package that only this process changes."""
    if os.getpid() not in _copies:
        folder = Path(tempfile.mkdtemp(prefix="lifecircle-mutants-"))
        shutil.copytree(SOURCE, folder / "lifecircle")
        (folder / "lifecircle" / "configs").symlink_to(REPOSITORY / "configs")
        for heavy in ("geopandas", "hypothesis", "networkx", "numba", "osmium", "rasterio", "scipy.sparse"):
            __import__(heavy)
        _copies[os.getpid()] = folder / "lifecircle"
    return _copies[os.getpid()]


def _family(name: str) -> str:
    return next((family for family in _FAMILIES if family in name), name)


def _repeats(places: list, at: int) -> int:
    return places[:at].count(places[at])


class _Bare(ast.NodeTransformer):
    """Takes annotations out of a program: they are never evaluated."""

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        return ast.Assign([node.target], node.value) if node.value else ast.Pass()

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node


def _program(source: str) -> str:
    return ast.dump(_Bare().visit(ast.parse(source)))


def main() -> int:
    """Try the changes, print how many were noticed in each module, and every one that was not."""
    share = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    tried = mutants(share)
    counts = defaultdict(lambda: [0, 0])
    survivors = []
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        for mutant, outcome in pool.map(survives, tried):
            counts[mutant.module][outcome != "killed"] += 1
            if outcome != "killed":
                survivors.append(outcome)
                print(outcome, flush=True)
    for module, (killed, left) in sorted(counts.items()):
        print(f"{module:<32}{killed + left:>6} changes {killed:>6} noticed {killed / (killed + left):>7.0%}")
    noticed = len(tried) - len(survivors)
    print(f"{'all':<32}{len(tried):>6} changes {noticed:>6} noticed {noticed / len(tried):>7.1%}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
