"""The public names: each is there, documented with an example, and costs nothing until it is used."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest

import lifecircle

HEAVY = (
    "folium",
    "geopandas",
    "matplotlib",
    "numba",
    "numpy",
    "osmnx",
    "pandas",
    "pyproj",
    "rasterio",
    "scipy",
    "shapely",
)
CLASSES = [name for name in lifecircle.__all__ if inspect.isclass(getattr(lifecircle, name))]


def heavy_modules(code):
    """Return which of the heavy libraries a fresh interpreter has imported after some code."""
    code += f"; import sys; print([name for name in {HEAVY!r} if name in sys.modules])"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split("\n")[
        -2
    ]


def test_importing_the_package_imports_no_library_and_three_modules_of_our_own_at_most():
    assert heavy_modules("import lifecircle") == "[]"
    code = "import lifecircle, sys; print(sum(name.partition('.')[0] == 'lifecircle' for name in sys.modules))"
    assert int(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout) <= 3


def test_the_help_of_the_command_imports_no_heavy_library():
    code = "import sys; sys.argv = ['lifecircle', '--help']; from lifecircle.cli import app; app(standalone_mode=False)"
    assert heavy_modules(code) == "[]"


def test_an_error_can_be_caught_without_importing_what_raises_it():
    assert heavy_modules("import lifecircle; lifecircle.LifecircleError") == "[]"


def test_every_public_name_is_there_and_listed():
    for name in lifecircle.__all__:
        assert getattr(lifecircle, name).__module__.startswith("lifecircle."), name
    assert set(lifecircle.__all__) <= set(dir(lifecircle))
    assert lifecircle.__all__ == sorted(lifecircle.__all__)
    assert set(lifecircle.__all__) == set(lifecircle._HOME_OF)


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'nearest_pub'"):
        _ = lifecircle.nearest_pub


def test_no_public_name_hides_a_room():
    """``import lifecircle.network`` sets an attribute of the package, which would replace a function of that name."""
    rooms = {module.partition(".")[2].partition(".")[0] for module in sys.modules if module.startswith("lifecircle.")}
    assert not rooms & set(lifecircle.__all__)


@pytest.mark.parametrize("name", lifecircle.__all__)
def test_every_public_name_has_a_docstring_with_an_example(name):
    found = getattr(lifecircle, name)
    assert ">>> " in (found.__doc__ or ""), name


@pytest.mark.parametrize(
    "name", [name for name in CLASSES if getattr(lifecircle, name).__module__.startswith("lifecircle.api")]
)
def test_every_public_method_has_a_docstring_with_an_example(name):
    own = [each for each in getattr(lifecircle, name).__mro__ if each.__module__.startswith("lifecircle.")]
    members = {key: value for each in own for key, value in vars(each).items() if not key.startswith("_")}
    told = {
        key: value.__doc__ or ""
        for key, value in members.items()
        if callable(value) or isinstance(value, property) or hasattr(value, "attrname")
    }
    assert [key for key, words in told.items() if ">>> " not in words] == []
