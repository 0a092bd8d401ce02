"""What the launcher raises on purpose."""

from __future__ import annotations


class LauncherError(Exception):
    """One sentence a user can act on. code: stable; hint: the way out."""

    def __init__(self, detail: str, *, code: str, hint: str = "") -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code
        self.hint = hint

    def to_json(self) -> dict[str, str]:
        """The same fields as an error of the command line."""
        return {"code": self.code, "detail": self.detail, "hint": self.hint}
