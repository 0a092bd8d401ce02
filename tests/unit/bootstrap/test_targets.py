"""What Prometheus is told of a service."""

import json
from pathlib import Path

from automl.bootstrap.endpoints import state_file
from automl.bootstrap.targets import RAY_TARGETS, announced


def started(home: Path, with_prometheus: bool = True) -> Path:
    folder = home / "cluster" / "prometheus" / "targets"
    folder.mkdir(parents=True)
    state_file(home).write_text(json.dumps({"targets": str(folder) if with_prometheus else None}))
    return folder


def test_api_and_ray_are_named_while_they_run(tmp_path: Path) -> None:
    folder, ray = started(tmp_path), tmp_path / "ray"
    ray.mkdir()
    with announced(tmp_path, "all", "127.0.0.1:8400", ray) as found:
        assert found
        (ray / RAY_TARGETS).write_text('[{"labels": {"job": "ray"}, "targets": ["127.0.0.1:1"]}]')
        api = json.loads((folder / "automl-all.json").read_text())
        assert api == [{"targets": ["127.0.0.1:8400"], "labels": {"job": "automl-api"}}]
        assert json.loads((folder / "ray-all.json").read_text())[0]["targets"] == ["127.0.0.1:1"]
    assert list(folder.iterdir()) == []


def test_what_a_killed_service_left_is_replaced(tmp_path: Path) -> None:
    folder = started(tmp_path)
    (folder / "ray-tuning.json").symlink_to("/nowhere")
    with announced(tmp_path, "tuning", None, tmp_path):
        assert [each.name for each in folder.iterdir()] == ["ray-tuning.json"]
        assert (folder / "ray-tuning.json").readlink() == tmp_path / RAY_TARGETS


def test_without_prometheus_nothing_is_written(tmp_path: Path) -> None:
    with announced(tmp_path, "all", "127.0.0.1:8400", tmp_path) as found:
        assert not found
    folder = started(tmp_path, with_prometheus=False)
    with announced(tmp_path, "all", "127.0.0.1:8400", tmp_path) as found:
        assert not found
    assert list(folder.iterdir()) == []
