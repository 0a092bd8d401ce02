"""The shape of texts: lengths, kinds of characters, the number inside; what codes and words cannot tell."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from automl.pipelines.features.views import Floats

SHAPES = ("characters", "words", "digits", "capitals", "marks", "number", "first letter")


def shapes(values: pa.Array) -> Floats:
    """(n_values, len(SHAPES)) float64; the number is NaN where a text has none, everything is NaN where it is missing.

    number: the last run of digits; first letter: its code point, 0 for a text that does not begin with a letter.
    """
    trimmed = pc.utf8_trim_whitespace(values)
    counted = [
        pc.utf8_length(trimmed),
        pc.add(pc.count_substring_regex(trimmed, r"\s+"), 1),
        pc.count_substring_regex(trimmed, r"\p{N}"),
        pc.count_substring_regex(trimmed, r"\p{Lu}"),
        pc.count_substring_regex(trimmed, r"[^\p{L}\p{N}\s]"),
    ]
    columns = [_floats(each) for each in counted]
    columns += [_last_number(trimmed), _first_letter(trimmed)]
    return np.column_stack(columns) if len(values) else np.empty((0, len(SHAPES)))


def _floats(values: pa.Array) -> Floats:
    return np.asarray(values.cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)


def _last_number(values: pa.Array) -> Floats:
    found = pc.extract_regex(values, r"(?P<number>\d{1,15})\D*$")
    return _floats(pc.struct_field(found, "number").cast(pa.float64()))


def _first_letter(values: pa.Array) -> Floats:
    first = pc.utf8_upper(pc.utf8_slice_codeunits(values, 0, 1)).to_pylist()
    codes = [np.nan if text is None else float(ord(text[0])) if text[:1].isalpha() else 0.0 for text in first]
    return np.array(codes, dtype=np.float64)
