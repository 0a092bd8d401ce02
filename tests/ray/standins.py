"""Drivers and workers' functions that Ray's processes import by name (this folder is on their path)."""

import os
import subprocess
import time
from pathlib import Path

from automl.backends.compute.base import EntryPoint, RunPlan
from automl.core.errors import InvalidInputError
from automl.testing.compute_study import ScriptedStudy


def drive(folder, trials, folds, sleep):
    """A driver: one study on Tune; notes its pid first and, at the end, how many folds were told."""
    from automl.backends.compute.ray_tune.runner import TuneRunner

    place, now = Path(folder), time.time()
    (place / "driver").write_text(str(os.getpid()))
    study = ScriptedStudy(trials, folds, sleep=sleep)
    setup = EntryPoint("automl.testing.compute_folds:noting")
    plan = RunPlan(place.name, 1, 2, setup, {"folder": folder}, str(place / "scratch"), now + 60, now + 62)
    runner = TuneRunner()
    runner.run(study, plan)
    runner.release(5)
    (place / "told").write_text(str(len(study.told)))


def note_and_sleep(folder, seconds):
    (Path(folder) / f"pid-{os.getpid()}").touch()
    time.sleep(seconds)


def hold_the_interpreter(folder):
    """Never gives the interpreter's lock back, as a long call into C code does."""
    import ctypes

    # Let the start be answered first.
    time.sleep(0.5)
    (Path(folder) / "gil").touch()
    ctypes.PyDLL(None).sleep(1000)


def start_a_child(folder):
    subprocess.Popen(["sleep", "1000"])
    (Path(folder) / "child").touch()
    time.sleep(1000)


class EchoScorer:
    """A scorer that answers what it was asked; `sleep` and `fail` in a row make it wait or refuse."""

    def predict(self, tenant, version, request):
        row = request["rows"][0]
        time.sleep(row.get("sleep", 0))
        if "fail" in row:
            raise InvalidInputError("Row 1 cannot be used.", code="bad_row")
        if "break" in row:
            raise RuntimeError("a defect")
        return {"model_id": version["model_id"], "version": tenant, "predictions": [os.getpid()]}


def echo_scorer(settings):
    assert settings == "the settings"
    return EchoScorer()


def echo_app(scorer, settings):
    """A web application that asks the scorer and streams."""
    import asyncio

    from fastapi import FastAPI, Request
    from fastapi.responses import JSONResponse, StreamingResponse

    from automl.core.errors import AutomlError
    from automl.core.views import ModelVersionView

    assert settings == "the settings"
    app = FastAPI()
    cut = []
    version = ModelVersionView.model_construct(model_id="mdl_x", version="1")

    @app.post("/predict")
    async def predict(request: Request):
        try:
            answer = await scorer.predict("a tenant", version, [await request.json()], False)
        except AutomlError as error:
            return JSONResponse({"kind": type(error).__name__, "code": error.code}, 418)
        return {"api": os.getpid(), "scorer": answer.predictions[0], "tenant": answer.version, "id": answer.model_id}

    @app.get("/stream")
    async def stream():
        async def beat():
            try:
                while True:
                    yield b": beat\n\n"
                    await asyncio.sleep(0.05)
            except asyncio.CancelledError:
                cut.append(1)
                raise

        return StreamingResponse(beat(), media_type="text/event-stream")

    @app.get("/cut")
    async def how_many():
        return len(cut)

    return app


def fail(message):
    raise ValueError(message)
