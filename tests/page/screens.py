"""Every screen of the page by its address, for tests and pictures that visit them all."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tests.page.browsing import ROOT

_SOURCE = ROOT / "ui" / "src" / "app" / "screens.ts"


@dataclass(frozen=True)
class Things:
    """What a service must hold for its screens to show something. model, job: of each task."""

    dataset: str
    model: Mapping[str, str]
    job: Mapping[str, str]


@dataclass(frozen=True)
class Screen:
    """name: of its picture. route: as the page declares it. path: with all it needs filled in."""

    name: str
    route: str
    path: str


def screens(things: Things) -> tuple[Screen, ...]:
    """All routes; one that looks different by tab or task comes once for each."""
    dataset, job, model = things.dataset, things.job["binary"], things.model["binary"]
    found = [
        Screen("home", "/", "/"),
        Screen("datasets", "/datasets", "/datasets"),
        *(
            Screen(f"dataset-{tab}", "/datasets/:datasetId", f"/datasets/{dataset}?tab={tab}&target=Survived")
            for tab in ("columns", "rows", "associations", "checks", "reading")
        ),
        Screen("new-job", "/jobs/new", f"/jobs/new?dataset={dataset}&target=Survived"),
        Screen("jobs", "/jobs", "/jobs"),
        Screen("job", "/jobs/:jobId", f"/jobs/{job}"),
        Screen("job-log", "/jobs/:jobId", f"/jobs/{job}?level=debug"),
        Screen("leaderboard", "/jobs/:jobId/leaderboard", f"/jobs/{job}/leaderboard"),
        Screen("leaderboard-compare", "/jobs/:jobId/leaderboard", f"/jobs/{job}/leaderboard?compare=0,1"),
        Screen("search", "/jobs/:jobId/search", f"/jobs/{job}/search"),
        Screen("job-report", "/jobs/:jobId/report", f"/jobs/{job}/report"),
        *(
            Screen(f"report-{task}", "/models/:model/report", f"/models/{each}/report")
            for task, each in things.model.items()
        ),
        Screen("models", "/models", "/models"),
        Screen("model", "/models/:model", f"/models/{model}"),
        *(
            Screen(f"predict-{view}", "/models/:model/predict", f"/models/{model}/predict?view={view}")
            for view in ("form", "json", "batch")
        ),
        Screen("predict", "/predict", "/predict"),
        Screen("system", "/system", "/system"),
        Screen("settings", "/settings", "/settings"),
    ]
    return tuple(found)


def declared() -> set[str]:
    """The routes that the page has."""
    return set(re.findall(r"path: '([^']+)'", _SOURCE.read_text()))
