"""What the service knows of itself: versions, addresses, the state of each component."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from automl.backends.blobs.base import BlobKey, read_all
from automl.backends.metrics.prometheus import PrometheusMetrics
from automl.bootstrap.adapters import Adapters
from automl.bootstrap.selftest import SelfTest
from automl.bootstrap.stores import ESSENTIAL
from automl.client.local import find
from automl.core.views import ModelVersionView
from automl.pipelines.estimators.catalog import absent, families, json_schema
from automl.registry.versions import package_blob
from automl.settings import Settings


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
        # Each may take a second or two to say that it is away.
        known = self.adapters.stores.components
        with ThreadPoolExecutor(len(known)) as threads:
            found = dict(zip(known, threads.map(lambda each: each.status().to_json(), known.values()), strict=True))
        return {name: body | {"essential": name in ESSENTIAL} for name, body in found.items()}

    def self_test(self, tenant: str) -> dict[str, Any]:
        return SelfTest(self.adapters).run(tenant)

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
