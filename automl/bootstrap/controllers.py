"""The controllers of one Ray cluster: detached actors that somebody keeps alive."""

from __future__ import annotations

import logging

from automl.backends.compute.base import DriverHost, EntryPoint
from automl.core.errors import UnavailableError
from automl.settings import Settings

_log = logging.getLogger(__name__)
_ENTRY = EntryPoint("automl.bootstrap.controller:run_controller")
_NAME = "controller"


class Controllers:
    """Keeps as many controllers running as the settings say; without settings none. Any number is safe."""

    def __init__(self, host: DriverHost, settings: Settings | None) -> None:
        self._host = host
        self._arguments = {} if settings is None else {"settings": settings.model_dump_json()}
        copies = 0 if settings is None else settings.compute.controllers
        self._names = [_NAME if number == 0 else f"{_NAME}-{number + 1}" for number in range(copies)]
        self._begun: set[str] = set()

    def ensure(self) -> None:
        """Start those that do not run. UnavailableError: the first start of one failed."""
        for name in self._names:
            status = self._host.status(name)
            if status is not None and status.alive:
                self._begun.add(name)
                continue
            if name in self._begun:
                _log.warning("%s is gone (%s); it is started again", name, status.error if status else "no trace")
            try:
                self._host.start(name, _ENTRY, self._arguments)
            except UnavailableError as error:
                if name not in self._begun:
                    raise
                # The next look tries again.
                _log.warning("%s was not started: %s", name, error.detail)
            self._begun.add(name)

    def warm(self, processes: int) -> None:
        """Ask for idle processes, so that the first job starts at once."""
        if self._names:
            self._host.idle(processes)
