"""Every durable write stands between two failpoints, so that the sweep can cut before it and after it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.failures import PACKAGE, failpoints
from tests.faults.test_sweep import POINTS

TESTS = Path(__file__).resolve().parents[1]
# The ports whose writes are durable: what such an object is called in our code, and its writing methods.
WRITES = {
    "records": {"append", "erase"},
    "blobs": {"put", "delete"},
    "store": {"put"},
    "block_store": {"put"},
    "blocks": {"put"},
}
# Adapters of the two durable ports, by what their methods must come by before and after.
ADAPTERS = {"records": ("append", "erase"), "blobs": ("put", "delete")}
EXCUSED = {
    "bootstrap/selftest.py": "leaves nothing that anybody is promised",
    "datasets/blocks.py": "hands a block on; whoever has it stored stands between points of its own",
    "datasets/table.py:finish": "its one caller, ingest, stands between points of its own",
}


@dataclass(frozen=True)
class Write:
    """A durable write in a function. before, after: stems of the failpoints around it."""

    where: str
    line: int
    call: str
    before: frozenset[str]
    after: frozenset[str]


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    """Outermost functions and methods; what is defined inside belongs to them."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef):
            yield node
        elif isinstance(node, ast.ClassDef):
            yield from functions(node)


def writes(path: Path, text: str) -> Iterator[Write]:
    for function in functions(ast.parse(text)):
        calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
        points = [(node.lineno, _point(node)) for node in calls if _point(node)]
        for node in calls:
            name = _written(node)
            if name:
                before = frozenset(point.removesuffix(".before") for line, point in points if line < node.lineno)
                last = node.end_lineno or node.lineno
                after = frozenset(point.removesuffix(".after") for line, point in points if line > last)
                yield Write(f"{path}:{function.name}", node.lineno, name, before, after)


def _point(node: ast.Call) -> str:
    is_point = isinstance(node.func, ast.Name) and node.func.id == "failpoint"
    return str(node.args[0].value) if is_point and isinstance(node.args[0], ast.Constant) else ""


def _written(node: ast.Call) -> str:
    if not isinstance(node.func, ast.Attribute):
        return ""
    owner = node.func.value
    name = owner.attr if isinstance(owner, ast.Attribute) else owner.id if isinstance(owner, ast.Name) else ""
    return f"{name}.{node.func.attr}" if node.func.attr in WRITES.get(name.lstrip("_"), ()) else ""


def sources() -> Iterator[Path]:
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.relative_to(PACKAGE).parts[0] not in ("backends", "testing"):
            yield path


def test_durable_writes_stand_between_failpoints() -> None:
    found = [write for path in sources() for write in writes(path.relative_to(PACKAGE), path.read_text())]
    assert len(found) >= 20, "the search finds no writes any more"
    bare = [
        f"{write.where} line {write.line}: {write.call}"
        for write in found
        if not write.before & write.after and not any(write.where.startswith(each) for each in EXCUSED)
    ]
    assert bare == []


def test_every_excuse_is_needed() -> None:
    found = [write for path in sources() for write in writes(path.relative_to(PACKAGE), path.read_text())]
    bare = [write.where for write in found if not write.before & write.after]
    unused = [each for each in EXCUSED if not any(where.startswith(each) for where in bare)]
    assert unused == []


def test_adapters_commit_between_failpoints() -> None:
    missing = []
    for port, methods in ADAPTERS.items():
        adapters = [each for each in (PACKAGE / "backends" / port).iterdir() if each.stem not in ("base", "checks")]
        for adapter in adapters:
            paths = adapter.rglob("*.py") if adapter.is_dir() else [adapter]
            text = "\n".join(path.read_text() for path in paths if path.suffix == ".py")
            names = {f"{port}.{method}.{end}" for method in methods for end in ("before", "after")}
            is_adapter = f"class {adapter.stem.title()}{port.title()}" in text
            # A point behind a batch is handed to what sends it.
            missing += [f"{adapter.name}: {name}" for name in names if is_adapter and f'"{name}"' not in text]
    assert missing == []


def test_points_of_real_stores_are_visited_by_their_own_tests() -> None:
    text = "\n".join(path.read_text() for path in (TESTS / "integration").glob("test_cassandra_*.py"))
    text += "\n".join(path.read_text() for path in (PACKAGE / "testing").glob("*.py"))
    visited = set(POINTS) | {name for name in failpoints() if name in text or name.split(".", 2)[2] in text}
    unvisited = [name for name in failpoints() if name not in visited]
    assert unvisited == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("failpoint('x.before'); self._blobs.put(k, d); failpoint('x.after')".replace("; ", "\n    "), 0),
        ("self._blobs.put(k, d)", 1),
        ("failpoint('x.before')\n    records.append(c)", 1),
        ("failpoint('x.before')\n    records.erase(c)\n    failpoint('y.after')", 1),
        ("found.append(c)", 0),
    ],
)
def test_a_bare_write_is_found(body: str, expected: int) -> None:
    found = list(writes(Path("made_up.py"), f"def made(self, k, d, c):\n    {body}\n"))
    assert sum(not write.before & write.after for write in found) == expected
