"""What the service says of itself."""

import fcntl
import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from automl.backends.blobs.base import BlobKey
from automl.backends.metrics.prometheus import PrometheusMetrics
from automl.bootstrap.adapters import make_adapters
from automl.bootstrap.facts import Facts
from automl.bootstrap.stores import Probe
from automl.client.local import ServiceFile, lock_path, service_path
from automl.core.errors import CorruptDataError, NotFoundError, UnavailableError
from automl.core.views import ModelVersionView
from automl.registry.versions import package_blob
from automl.settings import RaySettings, Settings


@pytest.fixture
def facts(tmp_path: Path) -> Facts:
    settings = Settings(home=tmp_path, ray=RaySettings(cpus=3))
    metrics = PrometheusMetrics()
    return Facts(settings, make_adapters(settings, metrics), metrics)


def version() -> ModelVersionView:
    return ModelVersionView.model_validate(
        {
            "model_id": "mdl_a", "version": "1", "label": "Linear_20270115_080000", "job_id": "job_a",
            "dataset_id": "ds_a", "target": "y", "task": "binary", "metric": "roc_auc",
            "created_at": "2027-01-15T08:00:00Z", "digest": hashlib.sha256(b"zip").hexdigest(),
        }
    )  # fmt: skip


def test_versions_addresses_and_counts(facts: Facts, tmp_path: Path) -> None:
    body = facts.info()
    assert (body["home"], body["profile"], body["compute"], body["cpus"]) == (str(tmp_path), "embedded", "ray_tune", 3)
    assert body["version"]
    assert body["ray"] == "2.60.0"
    assert (body["url"], body["ray_dashboard"]) == (None, None)
    assert set(body["blocks"]) == {"memory", "file", "cache", "store"}


def test_the_address_of_the_service_that_runs(facts: Facts, tmp_path: Path) -> None:
    with lock_path(tmp_path).open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        ServiceFile("http://127.0.0.1:1", 1, str(tmp_path), "0", "http://127.0.0.1:2").write(service_path(tmp_path))
        body = facts.info()
    assert (body["url"], body["ray_dashboard"]) == ("http://127.0.0.1:1", "http://127.0.0.1:2")


def test_every_component_is_asked(facts: Facts) -> None:
    found = facts.components()
    assert {"records", "blobs", "cache"} <= set(found)
    assert {name for name, each in found.items() if each["essential"]} == {"records", "blobs"}
    for name, each in found.items():
        assert each["state"] == "ok", name
        assert each["latency_ms"] >= 0, name


def test_a_component_that_is_away_does_not_hide_the_others(facts: Facts) -> None:
    def away() -> None:
        raise UnavailableError("The cache does not answer.")

    components = {**facts.adapters.stores.components, "cache": Probe("memory", away)}
    stores = replace(facts.adapters.stores, components=components)
    found = replace(facts, adapters=replace(facts.adapters, stores=stores)).components()
    assert (found["cache"]["state"], found["cache"]["detail"]) == ("down", "The cache does not answer.")
    assert found["records"]["state"] == "ok"


def test_families_say_what_they_take(facts: Facts) -> None:
    found = {each["name"]: each for each in facts.families()}
    assert {"linear", "lightgbm"} <= set(found)
    linear = found["linear"]
    assert "binary" in linear["tasks"]
    assert linear["hyperparameters"]["properties"]
    assert all("hyperparameters" in each or each["absent"] for each in found.values())


def test_a_package_is_given_with_a_name(facts: Facts) -> None:
    with pytest.raises(NotFoundError):
        facts.package("acme", version())
    facts.adapters.blobs.put(BlobKey("acme", package_blob("job_a")), b"zip")
    assert facts.package("acme", version()) == (b"zip", "Linear_20270115_080000.zip")
    with pytest.raises(NotFoundError):
        facts.package("rival", version())


def test_a_damaged_package_is_not_given(facts: Facts, tmp_path: Path) -> None:
    facts.adapters.blobs.put(BlobKey("acme", package_blob("job_a")), b"a package that will be damaged")
    (path,) = [each for each in (tmp_path / "blobs").rglob("*") if each.is_file()]
    path.write_bytes(path.read_bytes().replace(b"damaged", b"DAMAGED"))
    with pytest.raises(CorruptDataError):
        facts.package("acme", version())


def test_metrics_are_those_of_this_process(facts: Facts) -> None:
    facts.adapters.metrics.inc("automl_ingest_total", {"state": "ready"})
    assert b'automl_ingest_total{state="ready"} 1.0' in facts.metrics_text()


def test_s31_nothing_secret_is_said(facts: Facts, tmp_path: Path) -> None:
    (tmp_path / "api_key").write_text("aml_canary")
    (tmp_path / "ray_token").write_text("canary")
    said: Any = (facts.info(), facts.components())
    assert "canary" not in str(said)
