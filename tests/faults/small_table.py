"""A table so small that a whole job over it takes less than a second, and what its model must answer."""

from __future__ import annotations

import hashlib
import random

PART_BYTES = 2000


def _content() -> bytes:
    draw = random.Random(7)
    lines = ["age;town;left"]
    for _ in range(240):
        age, town = draw.randint(18, 80), draw.choice(["Ulm", "Bonn", "Celle"])
        left = age + 15 * (town == "Ulm") + draw.gauss(0, 6) > 55
        lines.append(f"{age};{town};{'ja' if left else 'nein'}")
    return "\n".join(lines).encode()


CONTENT = _content()
SHA256 = hashlib.sha256(CONTENT).hexdigest()
ROWS = [{"age": 70, "town": "Ulm"}, {"age": 20, "town": "Bonn"}]
VALUES = ["ja", "nein"]


def parts() -> list[tuple[int, bytes, str]]:
    """Number, bytes and hash of each part of an upload."""
    cut = [CONTENT[at : at + PART_BYTES] for at in range(0, len(CONTENT), PART_BYTES)]
    return [(number, data, hashlib.sha256(data).hexdigest()) for number, data in enumerate(cut)]
