"""Raw bytes → a file on disk: counted right wherever the pieces end, unpacked by one layer, bounded."""

import gzip
import io
import itertools
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automl.core.errors import DatasetRejectedError, TooLargeError, UnsupportedFormatError
from automl.datasets import intake
from automl.datasets.intake import Census, take
from automl.datasets.kinds import Kind
from automl.datasets.limits import ReadLimits

LIMITS = ReadLimits()
PIECES = st.lists(
    st.sampled_from(
        [b"a", b"\n", b"\r", b"\r\n", b'"', b"\0", "ä".encode(), "😀".encode(), b"\xff", b"\xc3", b",", b""]
    ),
    max_size=12,
)


def counted(data: bytes, cuts: list[int]) -> Census:
    census = Census()
    edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    for start, end in itertools.pairwise(edges):
        census.add(data[start:end])
    census.finish()
    return census


def first_invalid(data: bytes) -> int | None:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return error.start
    return None


@given(PIECES, st.lists(st.integers(0, 50), max_size=5))
def test_the_census_does_not_depend_on_where_pieces_end(pieces: list[bytes], cuts: list[int]) -> None:
    data = b"".join(pieces)
    whole, cut = counted(data, []), counted(data, cuts)
    for name in ("size", "nul_at", "invalid_at", "multibyte", "double_quotes", "returns", "pairs", "empty_lines"):
        assert getattr(whole, name) == getattr(cut, name), name
    assert whole.size == len(data)
    assert whole.nul_at == (data.find(b"\0") if b"\0" in data else None)
    assert (whole.returns, whole.pairs) == (data.count(b"\r"), data.count(b"\r\n"))
    for census in (whole, cut):
        lone = data.count(b"\n") - data.count(b"\r\n")
        assert (census.feeds - census.pairs > 0) == (lone > 0)
    assert whole.invalid_at == first_invalid(data)
    valid = data if whole.invalid_at is None else data[: whole.invalid_at]
    assert whole.multibyte != valid.isascii()


@pytest.mark.parametrize("data", [b"a\n\nb", b"a\r\n\r\nb", b"a\r\rb", b"\na", b"a\n\n"])
def test_empty_lines_are_seen(data: bytes) -> None:
    assert counted(data, []).empty_lines


def test_row_22_line_ends_that_change_late_are_both_seen() -> None:
    """Nothing but LF for pieces on end, then CRLF alone."""
    census = Census()
    census.add(b"a,b\n" * 1000)
    census.add(b"c,d\r\n" * 1000)
    census.finish()
    assert census.feeds - census.pairs > 0


def test_a_long_line_is_seen_and_short_ones_are_none() -> None:
    step = intake._STEP
    assert counted(b"x" * (2 * step), []).long_line
    assert not counted((b"x" * 1000 + b"\n") * 2200, []).long_line


def chunks(data: bytes, size: int = 1000) -> Iterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


def packed(entries: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return target.getvalue()


TABLE = b"a,b\n" + b"1,2\n" * 5000


@pytest.mark.parametrize("size", [1, 7, 1000, 10**6])
def test_a_plain_file_is_stored_as_it_is(tmp_path: Path, size: int) -> None:
    data = TABLE[:4000]
    content = take(chunks(data, size), tmp_path, LIMITS)
    assert content.path.read_bytes() == data
    assert (content.kind, content.sent_bytes, content.packed, content.census.size) == (
        Kind.TEXT,
        len(data),
        None,
        len(data),
    )


@pytest.mark.parametrize("size", [1, 100, 10**6])
def test_gzip_and_zip_are_unpacked_by_stream(tmp_path: Path, size: int) -> None:
    for number, (data, name) in enumerate(((gzip.compress(TABLE), "gzip"), (packed({"t.csv": TABLE}), "zip"))):
        folder = tmp_path / str(number)
        folder.mkdir()
        content = take(chunks(data, size), folder, LIMITS)
        assert content.path.read_bytes() == TABLE
        assert (content.kind, content.packed, content.sent_bytes) == (Kind.TEXT, name, len(data))


def test_row_102_members_are_joined_and_padding_is_no_damage(tmp_path: Path) -> None:
    data = gzip.compress(TABLE[:400]) + gzip.compress(TABLE[400:]) + b"\0" * 512
    for number, size in enumerate((1, 333, 10**6)):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert take(chunks(data, size), folder, LIMITS).path.read_bytes() == TABLE


@pytest.mark.parametrize(
    "data",
    [
        gzip.compress(TABLE)[:-1],
        gzip.compress(TABLE)[:20],
        gzip.compress(TABLE) + b"garbage",
        gzip.compress(TABLE)[:-8] + b"\0" * 8,
        gzip.compress(TABLE)[:200] + b"\xff" * 5,
    ],
    ids=["cut by one byte", "cut early", "garbage behind", "wrong checksum", "wrong bytes"],
)
def test_row_102_damaged_gzip_is_refused(tmp_path: Path, data: bytes) -> None:
    for size in (1, 10**6):
        with pytest.raises(DatasetRejectedError) as refused:
            take(chunks(data, size), tmp_path, LIMITS)
        assert refused.value.code == "gzip_damaged"


def test_row_101_a_bomb_is_stopped_early(tmp_path: Path) -> None:
    limits = replace(LIMITS, ratio_after_bytes=1_000_000, max_ratio=50)
    for data in (gzip.compress(b"0" * 20_000_000), packed({"t.csv": b"0" * 20_000_000})):
        with pytest.raises(TooLargeError) as refused:
            take(chunks(data), tmp_path, limits)
        assert refused.value.code == "expands_too_much"
        assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 5_000_000


def test_row_101_more_than_is_read_at_all(tmp_path: Path) -> None:
    with pytest.raises(TooLargeError, match="10,000 bytes"):
        take(chunks(gzip.compress(TABLE)), tmp_path, replace(LIMITS, max_bytes_decoded=10_000))


@pytest.mark.parametrize(
    "data",
    [
        gzip.compress(gzip.compress(TABLE)),
        gzip.compress(packed({"t.csv": TABLE})),
        packed({"t.csv.gz": gzip.compress(TABLE)}),
        packed({"t.zip": packed({"t.csv": TABLE})}),
    ],
    # Bytes would name the tests, and these hold the time of their making: every process must call them alike.
    ids=["gzip in gzip", "zip in gzip", "gzip in zip", "zip in zip"],
)
def test_row_101_only_one_layer_is_unpacked(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(UnsupportedFormatError) as refused:
        take(chunks(data), tmp_path, LIMITS)
    assert refused.value.code == "nested_archive"


@pytest.mark.parametrize(
    "entries", [{"a.csv": TABLE, "b.csv": TABLE}, {}, {"folder/": b""}], ids=["two", "none", "a folder"]
)
def test_row_103_a_zip_of_other_than_one_file(tmp_path: Path, entries: dict[str, bytes]) -> None:
    with pytest.raises(DatasetRejectedError) as refused:
        take(chunks(packed(entries)), tmp_path, LIMITS)
    assert refused.value.code == "zip_entries"


@pytest.mark.parametrize("name", ["../../evil.csv", "/etc/evil.csv", "C:\\evil.csv", "a" * 5000, "\x1b[31m.csv"])
def test_row_103_names_inside_an_archive_are_never_used(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    entries = {name: TABLE, "__MACOSX/._t.csv": b"x", "folder/": b""}
    content = take(chunks(packed(entries)), folder, LIMITS)
    assert content.path.read_bytes() == TABLE
    assert [path.name for path in tmp_path.iterdir()] == ["in"]
    assert sorted(path.name for path in folder.iterdir()) == ["content", "entry"]


def test_row_103_a_protected_or_damaged_zip(tmp_path: Path) -> None:
    data = bytearray(packed({"t.csv": TABLE}, zipfile.ZIP_STORED))
    locked = bytearray(data)
    central = locked.rfind(b"PK\x01\x02")
    locked[central + 8] |= 1
    damaged = bytearray(data)
    damaged[500] ^= 1
    for each, code in ((locked, "encrypted"), (damaged, "zip_damaged"), (data[:-30], "zip_damaged")):
        with pytest.raises(DatasetRejectedError) as refused:
            take(chunks(bytes(each)), tmp_path, LIMITS)
        assert refused.value.code == code


def test_errors_of_the_source_are_the_sources(tmp_path: Path) -> None:
    def source() -> Iterator[bytes]:
        yield TABLE
        raise ConnectionError("gone")

    with pytest.raises(ConnectionError):
        take(source(), tmp_path, LIMITS)
