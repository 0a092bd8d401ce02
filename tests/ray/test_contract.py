"""Compute on Ray keeps the contract of every compute adapter."""

import pytest

from automl.core.clock import SystemClock
from automl.testing.compute import DriverHostContract, StudyRunnerContract

pytestmark = pytest.mark.ray


@pytest.mark.usefixtures("warm")
class TestTuneRunner(StudyRunnerContract):
    @pytest.fixture
    def make_runner(self):
        from automl.backends.compute.ray_tune.runner import TuneRunner

        return lambda: TuneRunner(SystemClock())


@pytest.mark.usefixtures("ray_cluster")
class TestRayHost(DriverHostContract):
    @pytest.fixture
    def host(self, ray_cluster):
        from automl.backends.compute.ray_tune.host import RayHost

        return RayHost(SystemClock())

    @pytest.fixture
    def peer(self, host):
        from automl.backends.compute.ray_tune.host import RayHost

        return RayHost(SystemClock())
