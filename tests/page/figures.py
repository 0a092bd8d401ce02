"""Figures as the page shows them, against what the service says: any of them, however it happens to round."""

import re

_FIGURE = re.compile(r"-?\d[\d,]*(?:\.(\d+))?")


def is_shown(text: str, value: float, decimals: int) -> bool:
    """Whether some figure of the text is this value with so many decimals.

    Two ways to round a number in the middle of two steps are both right.
    """
    step = 10.0**-decimals
    return any(
        len(found[1] or "") == decimals and abs(float(found[0].replace(",", "")) - value) <= 0.5 * step + 1e-9
        for found in _FIGURE.finditer(text)
    )
