"""One thread that does to a service what people do, at random by a seed, and never gives up asking."""

from __future__ import annotations

import random
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2

from tests.chaos.caller import Caller, Followed
from tests.chaos.recorder import History, outcome_of
from tests.chaos.steps import delete, download, id_of, ids_of, look_at, predict_with
from tests.chaos.world import PART_BYTES, TARGET, World, sha256, table

_AT_ONCE = 3
_KEPT_DATASETS = 12
_FOLLOW_S = 20.0


class Player:
    """For one thread. end: set when it shall stop; key, rival: API keys of two tenants."""

    def __init__(self, history: History, world: World, url: str, key: str, rival: str, seed: int) -> None:
        self._history, self._world, self._url, self._key = history, world, url, key
        self._draw = random.Random(seed)
        self._caller, self._foreign = Caller(history, url, key), Caller(history, url, rival)
        self._stop = threading.Event()
        self._actions: list[tuple[float, Callable[[], None]]] = [
            (3, self._upload),
            (5, self._fit),
            (10, self._look),
            (5, self._follow),
            (4, self._steer),
            (8, self._predict),
            (2, self._batch),
            (3, self._download),
            (4, self._spy),
            (2, self._list),
            (2, self._delete),
        ]

    def play(self, stop: threading.Event) -> None:
        """Until told to stop."""
        self._stop = stop
        weights = [weight for weight, _ in self._actions]
        while not stop.wait(self._draw.uniform(0.02, 0.3)):
            self._draw.choices(self._actions, weights)[0][1]()
        self._caller.close()
        self._foreign.close()

    # --- making -------------------------------------------------------------------------------------------------
    def _until_answered(self, ask: Callable[[], httpx2.Response | None]) -> httpx2.Response | None:
        """The first answer that is neither lost nor busy; sometimes asked once more, as a client that lost it."""
        while not self._stop.is_set():
            answer = ask()
            if answer is not None and outcome_of(answer.status_code) in ("ok", "refused"):
                if self._draw.random() < 0.15:
                    ask()
                return answer
            self._stop.wait(self._draw.uniform(0.2, 1.0))
        return None

    def _upload(self) -> None:
        if len(self._world.snapshot(self._world.datasets)) >= _KEPT_DATASETS:
            return self._delete()
        seed, key = self._draw.randrange(2**31), uuid.uuid4().hex
        content, body = table(seed), {"name": f"table {seed}", "filename": f"{seed}.csv"}
        opened = self._until_answered(
            lambda: self._caller.ask("open", "POST", "/v1/datasets", json=body, key=key, note=id_of)
        )
        if opened is None or opened.status_code >= 400:
            return None
        dataset = opened.json()["id"]
        cut = [content[at : at + PART_BYTES] for at in range(0, len(content), PART_BYTES)]
        for number in self._draw.sample(range(len(cut)), len(cut)):
            path = f"/v1/datasets/{dataset}/parts/{number}"
            data = cut[number]
            self._until_answered(
                lambda path=path, data=data: self._caller.ask("part", "PUT", path, content=data, resource=dataset)  # type: ignore[misc]
            )
        said = {"size_bytes": len(content), "sha256": sha256(content)}
        done = self._until_answered(
            lambda: self._caller.ask(
                "upload", "POST", f"/v1/datasets/{dataset}/complete", json=said, resource=dataset, sha256=said["sha256"]
            )
        )
        if done is not None and done.status_code < 400:
            self._world.add(self._world.datasets, dataset)
            # Reading the file is a job like any other.
            now = self._history.now()
            self._history.add("submit", now, "ok", resource=done.json()["job_id"], kind="ingest")
            self._world.add(self._world.jobs, done.json()["job_id"])
        return None

    def _is_ready(self, dataset: str) -> bool:
        if dataset in self._world.snapshot(self._world.ready):
            return True
        answer = self._caller.ask("dataset", "GET", f"/v1/datasets/{dataset}", resource=dataset)
        if answer is None or answer.status_code != 200 or answer.json()["state"] != "ready":
            return False
        self._world.add(self._world.ready, dataset)
        return True

    def _fit(self) -> None:
        dataset = self._world.pick(self._world.datasets, self._draw)
        if dataset is None or not self._is_ready(dataset) or len(self._world.snapshot(self._world.active)) >= _AT_ONCE:
            return self._look()
        families = self._draw.sample(["linear", "decision_tree", "lightgbm"], 2)
        body = {
            "dataset_id": dataset,
            "target": TARGET,
            "budget": {"seconds": self._draw.choice([10, 15, 25]), "trials": self._draw.choice([4, 40, None])},
            "families": families,
            "seed": self._draw.randrange(1000),
        }
        key = uuid.uuid4().hex
        if self._draw.random() < 0.2:
            self._at_once(body, key)
        self._accepted(lambda: self._caller.ask("submit", "POST", "/v1/jobs", json=body, key=key, note=id_of))
        return None

    def _at_once(self, body: Any, key: str) -> None:
        """The same request from several clients in one moment."""
        callers = [Caller(self._history, self._url, self._key) for _ in range(4)]
        with ThreadPoolExecutor(len(callers)) as threads:
            for each in callers:
                threads.submit(each.ask, "submit", "POST", "/v1/jobs", json=body, key=key, note=id_of)
        for each in callers:
            each.close()

    def _accepted(self, ask: Callable[[], httpx2.Response | None]) -> None:
        answer = self._until_answered(ask)
        if answer is not None and answer.status_code < 400:
            self._world.add(self._world.jobs, answer.json()["id"])
            self._world.add(self._world.active, answer.json()["id"])

    def _batch(self) -> None:
        model, dataset = self._pick_model(), self._world.pick(self._world.ready, self._draw)
        if model is None or dataset is None:
            return
        body, key = {"model": model, "dataset_id": dataset, "proba": True}, uuid.uuid4().hex
        answer = self._until_answered(
            lambda: self._caller.ask("submit", "POST", "/v1/predictions", json=body, key=key, note=id_of)
        )
        if answer is not None and answer.status_code < 400:
            self._world.add(self._world.jobs, answer.json()["id"])
            self._world.add(self._world.predictions, answer.json()["id"])

    # --- looking ------------------------------------------------------------------------------------------------
    def _look(self) -> None:
        job = self._world.pick(self._world.active or self._world.jobs, self._draw)
        if job is not None:
            look_at(self._caller, self._world, job)

    def _follow(self) -> None:
        job = self._world.pick(self._world.jobs, self._draw)
        if job is None:
            return
        seen, end = Followed(), self._history.now() + self._draw.uniform(1.0, _FOLLOW_S)
        while not seen.is_whole and not self._stop.is_set() and self._history.now() < end:
            # Sometimes the reader itself leaves in the middle and comes back.
            cut = min(end, self._history.now() + self._draw.choice([0.3, 2.0, 30.0]))
            self._caller.follow(job, seen, lambda cut=cut: self._stop.is_set() or self._history.now() > cut)  # type: ignore[misc]
            self._stop.wait(0.3)

    def _predict(self) -> None:
        model = self._pick_model()
        if model is not None:
            predict_with(self._caller, model)

    def _download(self) -> None:
        dataset = self._world.pick(self._world.datasets, self._draw)
        if dataset is not None:
            download(self._caller, f"/v1/datasets/{dataset}/download", dataset)
        prediction = self._world.pick(self._world.predictions, self._draw)
        if prediction is not None:
            download(self._caller, f"/v1/predictions/{prediction}/download", prediction)

    def _list(self) -> None:
        kind = self._draw.choice(["datasets", "jobs", "models", "predictions"])
        self._caller.ask("list", "GET", f"/v1/{kind}", note=ids_of)
        self._foreign.ask("foreign_list", "GET", f"/v1/{kind}", note=ids_of, tenant="rival")

    def _spy(self) -> None:
        """What belongs to one tenant is asked for, changed and deleted by the other."""
        draw, world = self._draw, self._world
        kind, names = draw.choice(
            [
                ("datasets", world.datasets),
                ("jobs", world.jobs),
                ("models", world.models),
                ("predictions", world.predictions),
            ]
        )
        name = world.pick(names, draw)
        if name is None:
            return
        tail = {
            "datasets": ["", "/download", "/rows", "/profile"],
            "jobs": ["", "/trials", "/leaderboard", "/events"],
            "models": ["", "/versions", "/download"],
            "predictions": ["", "/download"],
        }[kind]
        method, path = draw.choice([("GET", draw.choice(tail)), ("DELETE", "")])
        self._foreign.ask("foreign", method, f"/v1/{kind}/{name}{path}", resource=name, tenant="rival")

    # --- steering -----------------------------------------------------------------------------------------------
    def _steer(self) -> None:
        job = self._world.pick(self._world.active or self._world.jobs, self._draw)
        if job is None:
            return
        wish, path = self._draw.choice(["stop", "cancel", "rename", "extend"]), f"/v1/jobs/{job}"
        if wish == "rename":
            name = {"name": f"named {self._draw.randrange(100)}", "priority": self._draw.randrange(10)}
            self._caller.ask("rename", "PATCH", path, json=name, resource=job)
        elif wish == "extend":
            if len(self._world.snapshot(self._world.active)) < _AT_ONCE + 1:
                key = uuid.uuid4().hex
                self._accepted(
                    lambda: self._caller.ask(
                        "submit", "POST", f"{path}:extend", json={"seconds": 10}, key=key, note=id_of
                    )
                )
        else:
            self._caller.ask(wish, "POST", f"{path}:{wish}", resource=job)

    def _delete(self) -> None:
        names = {"datasets": self._world.datasets, "jobs": self._world.jobs, "models": self._world.models}
        kind = self._draw.choice(["datasets", "datasets", "jobs", "models"])
        name = self._world.pick(names[kind], self._draw)
        if name is not None:
            delete(self._caller, self._world, kind, name)

    def _pick_model(self) -> str | None:
        return self._world.pick(self._world.models, self._draw)
