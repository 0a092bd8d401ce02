"""Rules about the source itself: small files, honest names, leaf imports, sorted public names."""

import ast
import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import automl

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "automl"
SOURCES = sorted(PACKAGE.rglob("*.py"))
MAX_LINES = 300
# Each exception states why the subject cannot be cut.
LONGER: dict[str, str] = {}
BAD_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager"}


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_file_is_small(path: Path) -> None:
    lines = len(path.read_text().splitlines())
    assert lines <= MAX_LINES or relative(path) in LONGER, f"{relative(path)} has {lines} lines"


def test_exceptions_are_still_needed() -> None:
    for name in LONGER:
        assert len((ROOT / name).read_text().splitlines()) > MAX_LINES, f"{name} needs no exception any more"


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_name_says_something(path: Path) -> None:
    assert not BAD_NAMES & {path.stem, path.parent.name}


def _imports(path: Path) -> list[tuple[str, list[str]]]:
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("automl"):
            found.append((node.module, [alias.name for alias in node.names]))
        if isinstance(node, ast.Import):
            found += [(alias.name, []) for alias in node.names if alias.name.startswith("automl")]
    return found


@pytest.mark.parametrize("path", [p for p in SOURCES if p != PACKAGE / "__init__.py"], ids=relative)
def test_imports_leaf_modules(path: Path) -> None:
    for module, names in _imports(path):
        place = ROOT / Path(*module.split("."))
        if place.is_dir():
            for name in names:
                target = place / f"{name}.py"
                assert target.is_file(), f"{relative(path)} imports {name} from the package {module}"


@pytest.mark.parametrize("path", [p for p in SOURCES if p.name == "__init__.py"], ids=relative)
def test_package_holds_no_code(path: Path) -> None:
    if path == PACKAGE / "__init__.py":
        return
    body = ast.parse(path.read_text()).body
    assert len(body) == 1, f"{relative(path)} holds code"
    assert isinstance(body[0], ast.Expr), f"{relative(path)} has no docstring"


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_module_has_a_docstring(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text())), f"{relative(path)} does not say what it is"


def test_public_names_are_sorted_and_complete() -> None:
    names = automl.__all__
    assert names == sorted(names)
    for name in names:
        assert getattr(automl, name) is not None


def test_light_import() -> None:
    """`import automl` and the command line load neither Ray nor an estimator."""
    code = (
        "import sys, automl, automl.cli.main\n"
        "heavy = {'ray', 'sklearn', 'lightgbm', 'catboost', 'pandas', 'numpy', 'pyarrow', 'scipy'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"


def test_every_module_imports_alone() -> None:
    """No module needs another to be imported first."""
    for module in pkgutil.walk_packages(automl.__path__, "automl."):
        if not module.name.endswith(("__main__", ".child")):
            importlib.import_module(module.name)


def test_nothing_reads_the_environment_or_the_clock() -> None:
    """Only settings and client configuration read the environment; only core.clock asks for the time of day."""
    environment = {"automl/settings.py", "automl/client/config.py"}
    clock = {"automl/core/clock.py"}
    for path in SOURCES:
        text = path.read_text()
        if "os.environ" in text or "os.getenv" in text:
            assert relative(path) in environment or "environment of a child" in text, (
                f"{relative(path)} reads os.environ"
            )
        if "time.time()" in text or "datetime.now(" in text:
            assert relative(path) in clock, f"{relative(path)} asks for the time of day"
