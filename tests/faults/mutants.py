"""Changes the searches, measures and scores a little, one place at a time, and counts how many changes a test notices.

``python tests/faults/mutants.py [SHARE] [PROCESSES]``. At every place where one of cosmic-ray's operators applies, one
of its changes is made (chosen by chance, always the same), in a copy of the package; then the tests of that module, and
of the modules that use it, run until one fails. A SHARE below 1 tries that part of the places, chosen by chance, and
says between which bounds the whole lies. What only the type checker notices is left to it and not counted.
"""

from __future__ import annotations

import ast
import os
import random
import re
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
    told_apart = [mutant for mutant in found if changed_source(mutant) is not None]
    return rng.sample(told_apart, round(share * len(told_apart)))


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


def untouched_fails(module: str) -> bool:
    """Say whether the tests of a module fail without any change, when they would prove nothing."""
    package = _own_copy()
    return any(_fails(package, tests) for tests in _tests_of(module))


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
        quick = ["-x", "-q", "-m", "not real", "-p", "no:cacheprovider", "-p", "no:xdist", "--hypothesis-seed=0"]
        code = 1
        try:
            code = pytest.main([*quick, f"--basetemp={package.parent / 'tmp'}", *map(str, tests)])
        finally:
            os._exit(code)  # never back into the loop of the parent
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
    """Return the tests of a module, then those of the modules that use it and those that name it."""
    room, name = module.removesuffix(".py").split("/")
    tests = REPOSITORY / "tests"
    own = tests / room / f"test_{name}.py"
    named = re.compile(rf"lifecircle\.{room}(\.| import ){name}\b")
    rooms = ("access", "scores")
    users = [path for each in rooms for path in sorted((SOURCE / each).glob("*.py")) if _names(path, named)]
    others = {tests / path.parent.name / f"test_{path.name}" for path in users}
    others |= {path for each in rooms for path in (tests / each).glob("test_*.py") if _names(path, named)}
    groups = ([path for path in group if path.exists()] for group in ([own], sorted(others - {own})))
    return [group for group in groups if group]


def _names(path: Path, named: re.Pattern[str]) -> bool:
    return named.search(path.read_text(encoding="utf-8")) is not None


_copies: dict[int, Path] = {}


def _own_copy() -> Path:
    """Return a copy of the package that only this process changes."""
    if os.getpid() not in _copies:
        folder = Path(tempfile.mkdtemp(prefix="lifecircle-mutants-"))
        shutil.copytree(SOURCE, folder / "lifecircle")
        (folder / "lifecircle" / "configs").symlink_to(REPOSITORY / "configs")
        for heavy in ("geopandas", "networkx", "numba", "osmium", "rasterio", "scipy.sparse"):
            __import__(heavy)  # not hypothesis: pytest refuses plugins that were imported before it
        _copies[os.getpid()] = folder / "lifecircle"
    return _copies[os.getpid()]


def _family(name: str) -> str:
    return next((family for family in _FAMILIES if family in name), name)


def _repeats(places: list, at: int) -> int:
    return places[:at].count(places[at])


class _Bare(ast.NodeTransformer):
    """Takes out of a program what only the type checker looks at: annotations, its guard, and that data are frozen."""

    def visit_If(self, node: ast.If) -> ast.AST:
        if any(isinstance(name, ast.Name) and name.id == "TYPE_CHECKING" for name in ast.walk(node.test)):
            return ast.Pass()
        return self.generic_visit(node)

    def visit_keyword(self, node: ast.keyword) -> ast.AST:
        return ast.keyword(node.arg, ast.Constant(None)) if node.arg == "frozen" else self.generic_visit(node)

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


def bounds(noticed: int, tried: int) -> tuple[float, float]:
    """Return the 95 % interval of a share that is known from a part (Wilson 1927)."""
    z = 1.959964
    middle = (noticed + z**2 / 2) / (tried + z**2)
    half = z * (noticed * (tried - noticed) / tried + z**2 / 4) ** 0.5 / (tried + z**2)
    return middle - half, middle + half


def main() -> int:
    """Try the changes, print every one that was not noticed, and how many were in each module and room."""
    share = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    processes = int(sys.argv[2]) if len(sys.argv) > 2 else 2
    outcomes = []
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        tried = mutants(share)
        modules = sorted({mutant.module for mutant in tried})
        if broken := [
            module for module, fails in zip(modules, pool.map(untouched_fails, modules), strict=True) if fails
        ]:
            sys.exit(f"The tests of these fail without any change: {', '.join(broken)}")
        for mutant, outcome in pool.map(survives, tried):
            outcomes.append((mutant.module, outcome == "killed"))
            if outcome != "killed":
                print(f"{len(outcomes)} of {len(tried)}: {outcome}", flush=True)
    groups = [*modules, "network/search", "access/", "scores/", ""]
    for group in groups:
        noticed = [killed for module, killed in outcomes if module.startswith(group)]
        low, high = bounds(sum(noticed), len(noticed))
        part = f"{len(noticed):>6} changes {sum(noticed):>6} noticed {sum(noticed) / len(noticed):>7.1%}"
        print(f"{group or 'all':<32}{part}" + (f" ({low:.1%} to {high:.1%})" if share < 1 else ""))
    return 0


if __name__ == "__main__":
    sys.exit(main())
