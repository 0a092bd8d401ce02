"""What the clients of a chaos run know together: which things there are, and what they are made of."""

from __future__ import annotations

import hashlib
import random
import threading
from dataclasses import dataclass, field

TARGET = "left"
ROWS = [{"age": 70, "town": "Ulm"}, {"age": 20, "town": "Bonn"}, {"age": 41, "town": "Celle"}]
PART_BYTES = 2048
_ROWS_OF_A_TABLE = 400


def table(seed: int) -> bytes:
    """A small table that no other seed makes."""
    draw = random.Random(seed)
    lines = ["age,town,left"]
    for _ in range(_ROWS_OF_A_TABLE):
        age, town = draw.randint(18, 80), draw.choice(["Ulm", "Bonn", "Celle"])
        left = age + 15 * (town == "Ulm") + draw.gauss(0, 6) > 55
        lines.append(f"{age},{town},{'yes' if left else 'no'}")
    return "\n".join(lines).encode()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@dataclass
class World:
    """Safe for many threads. Each is a list of ids in the order they were made; what was deleted is taken out."""

    datasets: list[str] = field(default_factory=list)
    ready: list[str] = field(default_factory=list)
    jobs: list[str] = field(default_factory=list)
    active: list[str] = field(default_factory=list)
    models: list[str] = field(default_factory=list)
    predictions: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, names: list[str], name: str) -> None:
        """Once."""
        with self.lock:
            if name not in names:
                names.append(name)

    def drop(self, name: str) -> None:
        """From every list."""
        with self.lock:
            for names in (self.datasets, self.ready, self.jobs, self.active, self.models, self.predictions):
                if name in names:
                    names.remove(name)

    def pick(self, names: list[str], draw: random.Random) -> str | None:
        """One of them, the newer ones rather."""
        with self.lock:
            return draw.choice(names[-8:]) if names else None

    def snapshot(self, names: list[str]) -> list[str]:
        with self.lock:
            return list(names)
