"""What the service knows of itself: versions, addresses, the state of each component."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from automl.backends.blobs.base import BlobKey, read_all
from automl.backends.metrics.prometheus import PrometheusMetrics
from automl.backends.records.base import Key, Kind
from automl.bootstrap.adapters import Adapters
from automl.client.local import find
from automl.core.errors import AutomlError
from automl.core.views import ModelVersionView
from automl.pipelines.estimators.catalog import absent, families, json_schema
from automl.registry.versions import package_blob
from automl.settings import Settings

_PROBE = "probe"


@dataclass(frozen=True)
class Facts:
    """Implements automl.api.dependencies.System."""

    settings: Settings
    adapters: Adapters
    exposed: PrometheusMetrics

    def info(self) -> dict[str, Any]:
        service = find(self.settings.home)
        return {
            "version": importlib.metadata.version("automl"),
            "python": platform.python_version(),
            "ray": importlib.metadata.version("ray"),
            "home": str(self.settings.home),
            "profile": self.settings.store.profile,
            "compute": self.settings.compute.adapter,
            "cpus": self.settings.ray.cpus or os.cpu_count(),
            "url": service.url if service else None,
            "ray_dashboard": service.dashboard_url if service else None,
            "cache": vars(self.adapters.cache.stats()),
            "blocks": dict(self.adapters.blocks.hits()),
        }

    def components(self) -> dict[str, dict[str, Any]]:
        probes: Mapping[str, tuple[str, Callable[[], object]]] = {
            "records": ("sqlite", lambda: self.adapters.records.read(Key(_PROBE, Kind.JOB, _PROBE))),
            "blobs": ("local", lambda: self.adapters.blobs.stat(BlobKey(_PROBE, _PROBE))),
            "cache": ("memory", lambda: self.adapters.cache.get(_PROBE)),
        }
        return {name: _probed(adapter, probe) for name, (adapter, probe) in probes.items()}

    def families(self) -> list[dict[str, Any]]:
        found = [
            {
                "name": info.name,
                "title": info.title,
                "tasks": [str(task) for task in info.tasks],
                "interruptible": info.interruptible,
                "contains_training_rows": info.contains_training_rows,
                "hyperparameters": json_schema(info.name),
            }
            for info in families().values()
        ]
        return found + [{"name": name, "absent": reason} for name, reason in absent().items()]

    def package(self, tenant: str, version: ModelVersionView) -> tuple[bytes, str]:
        data = read_all(self.adapters.blobs, BlobKey(tenant, package_blob(version.job_id)))
        return data, f"{version.label}.zip"

    def metrics_text(self) -> bytes:
        return self.exposed.expose()


def _probed(adapter: str, probe: Callable[[], object]) -> dict[str, Any]:
    began = time.perf_counter()
    try:
        probe()
    except (AutomlError, OSError) as error:
        return {"state": "down", "adapter": adapter, "latency_ms": None, "detail": str(error)}
    return {"state": "ok", "adapter": adapter, "latency_ms": round(1e3 * (time.perf_counter() - began), 3)}
