"""The contract of the compute port as tests, and the fakes they use; every adapter passes them unchanged."""

from __future__ import annotations

from automl.testing.compute_host import DriverHostContract
from automl.testing.compute_runner import StudyRunnerContract
from automl.testing.compute_study import ScriptedStudy

__all__ = ["DriverHostContract", "ScriptedStudy", "StudyRunnerContract"]
