"""Single things that players do, and that are done once more to everything at the end."""

from __future__ import annotations

from typing import Any

import httpx2

from tests.chaos.caller import Caller
from tests.chaos.world import ROWS, World, sha256


def id_of(answer: httpx2.Response) -> dict[str, Any]:
    return {"resource": answer.json()["id"]}


def state_of(answer: httpx2.Response) -> dict[str, Any]:
    """Of a job; a failed one also says why."""
    view = answer.json()
    why = {"error": view["error"]["detail"]} if view["error"] else {}
    return {"state": view["state"], "kind": view["kind"], **why}


def ids_of(answer: httpx2.Response) -> dict[str, Any]:
    return {"resources": [row["id"] for row in answer.json()["items"]]}


def look_at(caller: Caller, world: World, job: str) -> str | None:
    """A job's state; its model becomes known once it has one."""
    answer = caller.ask("job", "GET", f"/v1/jobs/{job}", resource=job, note=state_of)
    if answer is None or answer.status_code != 200:
        return None
    view = answer.json()
    if view["state"] in ("succeeded", "failed", "cancelled"):
        with world.lock:
            if job in world.active:
                world.active.remove(job)
    if view["kind"] == "fit" and view["model_id"]:
        model, start = view["model_id"], caller.history.now()
        found = caller.ask("versions", "GET", f"/v1/models/{model}/versions", resource=model)
        if found is not None and found.status_code == 200:
            for row in found.json()["items"]:
                named = {"job": row["job_id"], "version": row["version"]}
                caller.history.add("version", start, "ok", resource=model, **named)
            if view["state"] == "succeeded":
                world.add(world.models, model)
    return str(view["state"])


def predict_with(caller: Caller, model: str) -> None:
    """The same rows each time."""

    def note(answer: httpx2.Response) -> dict[str, Any]:
        view = answer.json()
        values = [view["predictions"], view["probabilities"]]
        return {"version": view["version"], "values": values, "complete": len(view["predictions"]) == len(ROWS)}

    caller.ask(
        "predict", "POST", f"/v1/models/{model}/predict", json={"rows": ROWS, "proba": True}, resource=model, note=note
    )


def download(caller: Caller, path: str, name: str) -> httpx2.Response | None:
    """The whole bytes of a dataset or of a prediction's answers; not ready is refused and says nothing."""
    op = "download" if "/datasets/" in path else "answers"
    return caller.ask(op, "GET", path, resource=name, note=lambda answer: {"sha256": sha256(answer.content)})


def delete(caller: Caller, world: World, kind: str, name: str) -> httpx2.Response | None:
    """Delete it, and know it no more when it is gone."""
    answer = caller.ask("delete", "DELETE", f"/v1/{kind}/{name}", resource=name)
    if answer is not None and answer.status_code in (204, 404):
        world.drop(name)
    return answer
