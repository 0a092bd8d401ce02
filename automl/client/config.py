"""Where the client finds its service: arguments, then AUTOML_URL / AUTOML_API_KEY, then the service of AUTOML_HOME."""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit


@dataclass(frozen=True)
class ClientConfig:
    """url None: attach to the local service of `home`, or start one. api_key None: the local one's own key file."""

    url: str | None
    api_key: str | None
    home: Path


def resolve(url: str | None = None, api_key: str | None = None, home: Path | None = None) -> ClientConfig:
    """Fill in what was not given from the environment."""
    data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return ClientConfig(
        url=(url or os.environ.get("AUTOML_URL") or "").rstrip("/") or None,
        api_key=api_key or os.environ.get("AUTOML_API_KEY") or None,
        home=home or Path(os.environ.get("AUTOML_HOME") or data / "automl"),
    )


def is_loopback(url: str) -> bool:
    """Whether this machine itself is named, which no proxy of the environment can reach."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def child_environment(home: Path) -> dict[str, str]:
    """The environment of a child service: ours, with its home set, byte code written (imports are most of a start)."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    env["AUTOML_HOME"] = str(home)
    return env
