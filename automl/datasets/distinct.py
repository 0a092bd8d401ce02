"""How many different values a column has, and whether all of them differ; bounded memory at any length."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

CAP = 10_000
# Longer texts are no codes; nobody asks whether they all differ.
_MAX_CODE_BYTES = 64
_PART = 4_000_000
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


class Distinct:
    """Counts of values while they are few, hashes on disk while all values differ, and then nothing at all.

    exact: every value is counted. all_differ: no value came twice so far; hashes are 64 bits long, so that among ten
    million values that differ two are taken for equal with a chance of about 1 in 400,000. mixed: blocks were of
    different types.
    """

    def __init__(self, scratch: Path | None = None) -> None:
        self.exact = True
        # Without a place to keep hashes only the few values are counted.
        self.all_differ = scratch is not None
        self.mixed = False
        self.rows = 0
        self.widest_share = 0.0
        self._scratch = scratch
        self._type: pa.DataType | None = None
        self._values: pa.Array | None = None
        self._counts: np.ndarray = np.empty(0, np.int64)
        self._spilled = 0
        self._last: int | None = None
        self._rises = True

    @property
    def is_open(self) -> bool:
        """Whether more values can still tell anything."""
        return self.exact or self.all_differ

    def add(self, values: pa.Array, counts: np.ndarray) -> None:
        """The different values of one block and how often each came; values: no nulls, of one type throughout."""
        rows = int(counts.sum())
        if not rows:
            return
        self.widest_share = max(self.widest_share, len(values) / rows)
        if self._type not in (None, values.type):
            # Numbers in one block and texts in another cannot be compared: whoever must know counts again.
            self.mixed = True
            self.close()
        self._type = values.type
        if not self.is_open:
            self.rows += rows
            return
        repeats = bool((counts > 1).any())
        if self.all_differ and repeats:
            self.all_differ = False
        if self.all_differ and pa.types.is_string(values.type) and _text_bytes(values) > _MAX_CODE_BYTES * len(values):
            self.all_differ = False
        if self.exact:
            self._merge(values, counts)
        if self.all_differ:
            self._spill(values)
        self.rows += rows

    def close(self) -> None:
        """Stop counting: what is known is a lower bound."""
        self.exact = self.all_differ = False

    def top(self, number: int) -> list[tuple[object, int]]:
        """The most frequent values counted, with counts; complete only when `exact`."""
        if self._values is None:
            return []
        order = np.argsort(-self._counts, kind="stable")[:number]
        return [(self._values[int(place)].as_py(), int(self._counts[place])) for place in order]

    @property
    def rises(self) -> bool:
        """Whether every value was a whole number larger than the one before."""
        return self._rises and self._last is not None

    @property
    def number(self) -> int:
        """Different values counted; a lower bound unless `exact` or all differ."""
        if self.all_differ:
            return self.rows
        return len(self._counts)

    @property
    def share(self) -> float:
        """Different values per row; once they are many, the largest share in any block."""
        if not self.rows:
            return 0.0
        return self.number / self.rows if self.exact or self.all_differ else self.widest_share

    def settle(self) -> bool:
        """Whether all values differ, for certain; call once, after the last block."""
        if self.all_differ and self._spilled and not self._rises:
            self.all_differ = self._spills_differ()
        if self._scratch is not None:
            self._scratch.unlink(missing_ok=True)
        return self.all_differ

    def _merge(self, values: pa.Array, counts: np.ndarray) -> None:
        if self._values is None:
            self._values, self._counts = values, counts.astype(np.int64)
        else:
            places = np.asarray(pc.fill_null(pc.index_in(values, value_set=self._values), -1))
            known = places >= 0
            self.all_differ = self.all_differ and not known.any()
            np.add.at(self._counts, places[known], counts[known])
            if not known.all():
                fresh = pa.array(~known)
                self._values = pa.concat_arrays([self._values, values.filter(fresh)])
                self._counts = np.concatenate([self._counts, counts[~known]])
        if len(self._counts) > CAP:
            order = np.sort(np.argsort(-self._counts, kind="stable")[:CAP])
            self._values, self._counts = self._values.take(pa.array(order)), self._counts[order]
            self.exact = False

    def _spill(self, values: pa.Array) -> None:
        hashes = _hashes(values)
        if pa.types.is_integer(values.type) and self._rises:
            whole = hashes.view(np.int64)
            rises = bool((np.diff(whole) > 0).all()) and (self._last is None or int(whole[0]) > self._last)
            self._last = int(whole[-1])
            self._rises = rises
        else:
            self._rises = False
        assert self._scratch is not None
        with self._scratch.open("ab") as file:
            file.write(hashes.tobytes())
        self._spilled += len(hashes)

    def _spills_differ(self) -> bool:
        assert self._scratch is not None
        parts = -(-self._spilled // _PART)
        for part in range(parts):
            found = []
            with self._scratch.open("rb") as file:
                while data := file.read(8 * _PART):
                    hashes = np.frombuffer(data, np.uint64)
                    found.append(hashes[_mix(hashes) % np.uint64(parts) == part] if parts > 1 else hashes)
            mine = np.sort(np.concatenate(found))
            if (mine[1:] == mine[:-1]).any():
                return False
        return True


def _text_bytes(values: pa.Array) -> int:
    offsets = np.frombuffer(values.buffers()[1], np.int32)
    return int(offsets[values.offset + len(values)] - offsets[values.offset])


def _mix(hashes: np.ndarray) -> np.ndarray:
    return (hashes * _MULTIPLIER) >> np.uint64(40)


def _hashes(values: pa.Array) -> np.ndarray:
    """64 bits for each value: integers themselves, texts by a polynomial over mixed bytes modulo 2^64."""
    if pa.types.is_integer(values.type):
        return np.asarray(values.cast(pa.int64())).view(np.uint64)
    table = np.random.default_rng(20_240_229).integers(1, 2**63, 256, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
    offsets = np.frombuffer(values.buffers()[1], np.int32)[values.offset : values.offset + len(values) + 1]
    data = np.frombuffer(values.buffers()[2], np.uint8)
    result = np.empty(len(values), np.uint64)
    step = 8192
    for begin in range(0, len(values), step):
        bounds = offsets[begin : begin + step + 1].astype(np.int64)
        mixed = table[data[bounds[0] : bounds[-1]]]
        starts = bounds[:-1] - bounds[0]
        lengths = np.diff(bounds)
        places = np.arange(len(mixed)) - np.repeat(starts, lengths)
        powers = np.cumprod(np.full(max(1, int(lengths.max(initial=0)) + 1), _MULTIPLIER, np.uint64))
        sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(mixed * powers[places])])
        total = sums[starts + lengths] - sums[starts]
        result[begin : begin + step] = total ^ (total >> np.uint64(31)) ^ (lengths.astype(np.uint64) * table[0])
    return result
