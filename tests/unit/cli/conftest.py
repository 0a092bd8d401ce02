"""The command line in this process against a service that is made of answers: no socket, no Ray."""

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest

import automl.client.client as client_module
from automl.cli import main
from automl.client import local

JOB_ID, DATASET_ID, MODEL_ID = ("job_" + "a" * 20, "ds_" + "a" * 20, "mdl_" + "a" * 20)
AT = "2027-01-15T08:00:00Z"
DATASET = {"id": DATASET_ID, "state": "ready", "name": "t", "rows": 3, "columns": 2, "created_at": AT}
JOB = {
    "id": JOB_ID, "kind": "fit", "state": "succeeded", "created_at": AT, "target": "y", "task": "binary",
    "metric": "roc_auc", "score": 0.8125, "score_std": 0.01, "greater_is_better": True,
    "times": {"ingest_s": 0.1, "queue_s": 0.2, "job_s": 60.0, "wall_s": 60.3}, "progress": {"trials": 7, "folds": 21},
    "model_id": MODEL_ID, "model_version": "1",
}  # fmt: skip
VERSION = {
    "model_id": MODEL_ID, "version": "1", "label": "Linear_20270115_080000", "job_id": JOB_ID,
    "dataset_id": DATASET_ID, "target": "y", "task": "binary", "metric": "roc_auc", "score": 0.8125, "created_at": AT,
}  # fmt: skip
MODEL = {"id": MODEL_ID, "name": "t", "versions": ["1"], "latest": VERSION, "created_at": AT}
TRIAL = {"rank": 1, "trial": 0, "family": "linear", "name": "[red]linear[/]", "state": "complete", "score": 0.8125}


@dataclass
class Service:
    """Answers by (method, path); the last answer of a list is given again and again."""

    answers: dict[tuple[str, str], list[httpx2.Response | BaseException]] = field(default_factory=dict)
    asked: list[httpx2.Request] = field(default_factory=list)

    def on(self, method: str, path: str, *answers: Any, status: int = 200, headers: Mapping[str, str] = {}) -> None:
        """What to answer: JSON values, bytes, or an error of the transport."""
        self.answers[method, path] = [self._answer(each, status, headers) for each in answers]

    def problem(self, method: str, path: str, status: int, code: str, **more: Any) -> None:
        body = {"code": code, "detail": f"Because of {code}.", "hint": "Do something else.", "errors": [], **more}
        self.on(method, path, body, status=status)

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        request.read()
        self.asked.append(request)
        queue = self.answers.get((request.method, request.url.path))
        assert queue, f"nobody expected {request.method} {request.url.path}"
        answer = queue.pop(0) if len(queue) > 1 else queue[0]
        if isinstance(answer, BaseException):
            raise answer
        return answer

    @staticmethod
    def _answer(body: Any, status: int, headers: Mapping[str, str]) -> Any:
        if isinstance(body, BaseException):
            return body
        if isinstance(body, bytes):
            return httpx2.Response(status, content=body, headers=dict(headers))
        return httpx2.Response(status, json=body, headers=dict(headers))


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON object on standard output."""
        assert self.out.count("\n") == 1, self.out
        body = json.loads(self.out)
        assert isinstance(body, dict)
        return body


Run = Callable[..., Done]


@pytest.fixture(autouse=True)
def _nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A home of the test's own, nobody's settings, and no service but the one in this process."""
    for name in ("AUTOML_URL", "AUTOML_API_KEY", "NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AUTOML_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)

    def refuse(home: Path, timeout_s: float = 0.0) -> Any:
        raise AssertionError("a service would be started")

    monkeypatch.setattr(local, "ensure", refuse)
    monkeypatch.setattr("time.sleep", lambda seconds: None)


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Service:
    """The service that AUTOML_URL names."""
    made, real = Service(), httpx2.Client
    monkeypatch.setenv("AUTOML_URL", "http://service")
    monkeypatch.setenv("AUTOML_API_KEY", "aml_key")

    def client(**options: Any) -> httpx2.Client:
        return real(**{**options, "transport": httpx2.MockTransport(made)})

    monkeypatch.setattr(client_module.httpx2, "Client", client)
    return made


@pytest.fixture
def fitting(service: Service) -> Service:
    """A service on which one file is fitted."""
    path = f"/v1/datasets/{DATASET_ID}"
    service.on("POST", "/v1/datasets", DATASET | {"state": "uploading"}, status=201)
    service.on("PUT", f"{path}/parts/0", DATASET)
    service.on("POST", f"{path}/complete", DATASET | {"state": "processing"}, status=202)
    service.on("GET", path, DATASET | {"state": "processing"}, DATASET)
    service.on("POST", "/v1/jobs", JOB | {"state": "queued"}, status=202)
    service.on("GET", f"/v1/jobs/{JOB_ID}", JOB | {"state": "running"}, JOB)
    service.on("GET", f"/v1/jobs/{JOB_ID}/leaderboard", {"items": [TRIAL]})
    return service


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run a command as its entry point does."""

    def invoke(*words: str) -> Done:
        capfd.readouterr()
        monkeypatch.setattr(sys, "argv", ["automl", *words])
        code = 0
        try:
            main.run()
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
        sys.stdout.flush()
        said = capfd.readouterr()
        return Done(code, said.out, said.err)

    return invoke


@pytest.fixture
def table(tmp_path: Path) -> str:
    """A small file."""
    path = tmp_path / "t.csv"
    path.write_text("x,y\n1,a\n2,b\n3,a\n")
    return str(path)
