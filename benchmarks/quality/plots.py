"""Small SVG plots as text: dots with intervals, strips of points, named points. They follow light and dark pages."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

_WIDTH, _LEFT, _RIGHT, _ROW = 760, 200, 30, 24
_TOP, _BOTTOM = 12, 40


@dataclass(frozen=True)
class Line:
    """One name with a value and its interval, or with many values (then `value` is drawn as a bar among them)."""

    name: str
    value: float
    low: float | None = None
    high: float | None = None
    points: tuple[float, ...] = ()
    ours: bool = False


@dataclass(frozen=True)
class Point:
    """A named place."""

    name: str
    x: float
    y: float
    ours: bool = False


def lines(title: str, axis: str, given: Sequence[Line], at: float | None = None) -> str:
    """One line a name. at: where a reference is drawn."""
    values = [v for each in given for v in (each.value, each.low, each.high, *each.points) if v is not None]
    scale = _Scale.over([*values, 0.0 if at is None else at], _LEFT, _WIDTH - _RIGHT)
    height = _TOP + _ROW * len(given) + _BOTTOM
    parts = _axis(scale, axis, height)
    if at is not None:
        parts.append(f'<path class="at" d="M{scale(at):.1f} {_TOP}V{height - _BOTTOM}"/>')
    for number, each in enumerate(given):
        y = _TOP + _ROW * (number + 0.5)
        kind = "ours" if each.ours else "other"
        parts.append(f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{html.escape(each.name)}</text>')
        if each.low is not None and each.high is not None:
            parts.append(f'<path class="{kind} wide" d="M{scale(each.low):.1f} {y:.1f}H{scale(each.high):.1f}"/>')
        parts += [f'<circle class="{kind} faint" cx="{scale(v):.1f}" cy="{y:.1f}" r="3"/>' for v in each.points]
        said = html.escape(f"{each.name}: {each.value:.4g}")
        parts.append(
            f'<circle class="{kind}" cx="{scale(each.value):.1f}" cy="{y:.1f}" r="5"><title>{said}</title></circle>'
        )
    return _figure(title, height, parts)


def places(title: str, x_axis: str, y_axis: str, given: Sequence[Point]) -> str:
    """Named points in a plane; y grows upwards."""
    height = 360
    across = _Scale.over([0.0, *(each.x for each in given)], 60, _WIDTH - 150)
    up = _Scale.over([0.0, *(each.y for each in given)], height - _BOTTOM, _TOP + 10)
    parts = _axis(across, x_axis, height)
    for tick in up.ticks():
        parts.append(f'<text x="52" y="{up(tick) + 4:.1f}" text-anchor="end">{tick:g}</text>')
        parts.append(f'<path class="grid" d="M60 {up(tick):.1f}H{_WIDTH - 150}"/>')
    parts.append(f'<text x="60" y="{_TOP}">{html.escape(y_axis)}</text>')
    for each in given:
        x, y, kind = across(each.x), up(each.y), "ours" if each.ours else "other"
        parts.append(f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="5"/>')
        parts.append(f'<text x="{x + 8:.1f}" y="{y + 4:.1f}">{html.escape(each.name)}</text>')
    return _figure(title, height, parts)


@dataclass(frozen=True)
class _Scale:
    low: float
    high: float
    begin: float
    end: float

    @classmethod
    def over(cls, values: Sequence[float], begin: float, end: float) -> _Scale:
        low, high = min(values), max(values)
        room = (high - low) * 0.04 or 1.0
        return cls(low - room if low < 0 else low, high + room, begin, end)

    def __call__(self, value: float) -> float:
        return self.begin + (value - self.low) / (self.high - self.low) * (self.end - self.begin)

    def ticks(self) -> list[float]:
        rough = (self.high - self.low) / 6
        size = 10.0 ** len(str(int(rough))) if rough >= 1 else 1.0
        while size > rough:
            size /= 10
        size = next(size * factor for factor in (1, 2, 5, 10) if size * factor >= rough)
        first = int(self.low // size) + (self.low > 0)
        return [
            round(n * size, 10) for n in range(first, int(self.high // size) + 1) if self.low <= n * size <= self.high
        ]


def _axis(scale: _Scale, name: str, height: int) -> list[str]:
    parts = []
    for tick in scale.ticks():
        x = scale(tick)
        parts.append(f'<path class="grid" d="M{x:.1f} {_TOP}V{height - _BOTTOM}"/>')
        parts.append(f'<text x="{x:.1f}" y="{height - _BOTTOM + 15}" text-anchor="middle">{tick:g}</text>')
    middle = (scale.begin + scale.end) / 2
    parts.append(f'<text x="{middle:.1f}" y="{height - 8}" text-anchor="middle">{html.escape(name)}</text>')
    return parts


def _figure(title: str, height: int, parts: Sequence[str]) -> str:
    head = f'<figure><figcaption>{html.escape(title)}</figcaption><svg viewBox="0 0 {_WIDTH} {height}" role="img"'
    return f'{head} aria-label="{html.escape(title)}">{"".join(parts)}</svg></figure>'
