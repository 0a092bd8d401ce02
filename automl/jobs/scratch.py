"""Scratch folders of drivers on this node. A driver empties its own; one that was killed cannot."""

from __future__ import annotations

import logging
import re
import shutil
from pathlib import Path

from automl.backends.records.base import Kind, Records
from automl.core.errors import AutomlError
from automl.jobs.aggregate import JobRecord

_log = logging.getLogger(__name__)
_NAME = re.compile(r"^(job_[a-z2-7]{20})-\d+$")


def sweep_scratch(scratch: Path, records: Records) -> None:
    """Remove the folders of jobs that have ended or are gone. What cannot be told now waits for the next sweep."""
    for folder in scratch.iterdir() if scratch.is_dir() else ():
        match = _NAME.match(folder.name)
        try:
            if match is not None and _is_over(records, match[1]):
                shutil.rmtree(folder, ignore_errors=True)
        except AutomlError as error:
            _log.warning("scratch folder %s stays: %s", folder.name, error.detail)


def _is_over(records: Records, job_id: str) -> bool:
    key = records.find(Kind.JOB, job_id)
    found = None if key is None else records.read(key)
    return found is None or JobRecord.of(found).state.is_terminal
