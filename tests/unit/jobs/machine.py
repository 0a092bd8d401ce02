"""A machine does anything in any order to the services, and a small model says what must hold (I1-I7, I10).

Clients upload, complete, submit, steer and delete; controllers step, drivers fold, pause and wake up as zombies; the
process crashes, leases lapse, the clock jumps, hints come twice, late or never.
"""

from __future__ import annotations

import hashlib
import random
from unittest import mock

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from automl.backends.blobs.memory import MemoryBlobs
from automl.backends.records.memory import MemoryRecords
from automl.core.errors import ConflictError, IdempotencyError, InvalidInputError, NotFoundError
from automl.core.spec import FitSpec, ReadOptions
from automl.core.states import JobState
from automl.datasets.idempotency import Idempotency
from automl.testing.clock import ManualClock
from tests.unit.jobs.machine_world import CONTENT, LEASE_S, Driver, World, read_at_once

TENANT, RIVAL = World.tenant, "rival"
HALVES = (CONTENT[:40], CONTENT[40:])
WHOLE = hashlib.sha256(CONTENT).hexdigest()
KEYS = st.sampled_from(["a", "b", "c"])
BODIES = st.sampled_from(["1" * 64, "2" * 64])
ENDS = {"job.succeeded", "job.failed", "job.cancelled"}
ORDER = [JobState.QUEUED, JobState.RUNNING, JobState.FINISHING]
PICK = st.integers(0, 5)


class Machine(RuleBasedStateMachine):
    """The model: what clients were told. Over memory; a subclass brings other stores."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = ManualClock(wakes_itself=True)
        self.reading = mock.patch("automl.datasets.ingest.read_table", read_at_once)
        self.reading.start()
        self.uploads: dict[str, str] = {}  # dataset → state as told: open, complete, deleted
        self.parts: dict[str, set[int]] = {}
        self.keys: dict[str, tuple[str, str]] = {}  # Idempotency-Key → body, dataset or job
        self.jobs: dict[str, JobState] = {}
        self.deleted_jobs: set[str] = set()
        self.seen: dict[str, list[tuple[int, str]]] = {}
        self.folds: dict[str, dict[tuple[int, int], int]] = {}

    @initialize()
    def begin(self) -> None:
        self.records, self.blobs = self.stores()
        self.world = World(self.records, self.blobs, self.clock)
        # Most of what can go wrong comes later than an upload.
        self.open_upload("z", "1" * 64)
        self.become_ready(0)
        self.submit(0, None, "1" * 64)

    @precondition(lambda self: self.uploads)
    @rule(pick=PICK)
    def become_ready(self, pick: int) -> None:
        for number in (1, 0):
            self.send_part(pick, number, False)
        self.complete(pick)
        self.world.controller.step()
        self.world.late[-1].work()

    def stores(self):  # type: ignore[no-untyped-def]
        return MemoryRecords(), MemoryBlobs(self.clock)

    def reopened(self):  # type: ignore[no-untyped-def]
        return self.records, self.blobs

    def teardown(self) -> None:
        self.reading.stop()

    # --- clients ------------------------------------------------------------------------------------------------
    @rule(key=KEYS, body=BODIES)
    def open_upload(self, key: str, body: str) -> None:
        name, known = f"upload-{key}", self.keys.get(f"upload-{key}")
        try:
            view = self.world.datasets.open(
                TENANT, name="t", filename="t.csv", options=ReadOptions(), idempotency=Idempotency(name, body)
            )
        except IdempotencyError:
            assert known is not None
            assert known[0] != body, "I5"
            return
        except NotFoundError:
            assert known is not None
            assert self.uploads[known[1]] == "deleted", "I10"
            return
        assert known in (None, (body, view.id)), "I5"
        self.keys[name] = (body, view.id)
        self.uploads.setdefault(view.id, "open")
        assert self.uploads[view.id] != "deleted", "I10"
        self.parts.setdefault(view.id, set())

    @precondition(lambda self: self.uploads)
    @rule(pick=PICK, number=st.integers(0, 1), damaged=st.booleans())
    def send_part(self, pick: int, number: int, damaged: bool) -> None:
        dataset = self._dataset(pick)
        data = HALVES[number] + (b"!" if damaged else b"")
        digest = hashlib.sha256(HALVES[number]).hexdigest()
        try:
            self.world.datasets.put_part(TENANT, dataset, number, data, digest)
        except InvalidInputError:
            assert damaged
        except ConflictError:
            assert self.uploads[dataset] == "complete"
        except NotFoundError:
            assert self.uploads[dataset] == "deleted"
        else:
            assert not damaged, "a damaged part was taken"
            self.parts[dataset].add(number)

    @precondition(lambda self: self.uploads)
    @rule(pick=PICK)
    def complete(self, pick: int) -> None:
        dataset = self._dataset(pick)
        try:
            self.world.jobs.complete_upload(TENANT, dataset, len(CONTENT), WHOLE)
        except (ConflictError, InvalidInputError):
            assert self.parts[dataset] != {0, 1}, "all parts were there"
        except NotFoundError:
            assert self.uploads[dataset] == "deleted"
        else:
            assert self.parts[dataset] == {0, 1}, "I1: parts are missing"
            self.uploads[dataset] = "complete"

    @precondition(lambda self: self.uploads)
    @rule(pick=PICK, key=st.none() | KEYS, body=BODIES)
    def submit(self, pick: int, key: str | None, body: str) -> None:
        dataset = self._dataset(pick)
        name = None if key is None else f"job-{key}"
        known = self.keys.get(name or "")
        spec = FitSpec.model_validate({"dataset_id": dataset, "target": "y", "budget": {"seconds": 600}})
        try:
            view = self.world.jobs.submit(TENANT, spec, None if name is None else Idempotency(name, body))
        except IdempotencyError:
            assert known is not None
            assert known[0] != body, "I5"
        except (ConflictError, InvalidInputError, NotFoundError):
            # Not ready, or its job was deleted.
            assert known is None or known[1] in self.deleted_jobs, "I5"
        else:
            assert known in (None, (body, view.id)), "I5"
            assert view.id not in self.deleted_jobs, "I10"
            if name is not None:
                self.keys[name] = (body, view.id)
            self.jobs.setdefault(view.id, JobState.QUEUED)

    @precondition(lambda self: self.jobs)
    @rule(pick=PICK, wish=st.sampled_from(["stop", "cancel", "extend", "rename", "delete"]))
    def steer(self, pick: int, wish: str) -> None:
        job, jobs = list(self.jobs)[pick % len(self.jobs)], self.world.jobs
        try:
            if wish == "extend":
                view = jobs.extend(TENANT, job, 30.0)
                self.jobs.setdefault(view.id, JobState.QUEUED)
            elif wish == "rename":
                jobs.update(TENANT, job, name=f"name {pick}")
            elif wish == "delete":
                jobs.delete(TENANT, job)
                self.deleted_jobs.add(job)
            else:
                getattr(jobs, wish)(TENANT, job)
        except NotFoundError:
            assert job in self.deleted_jobs, "I2: an accepted job is gone"
        except (ConflictError, InvalidInputError):
            assert job not in self.deleted_jobs

    @precondition(lambda self: self.uploads)
    @rule(pick=PICK)
    def delete_dataset(self, pick: int) -> None:
        dataset = self._dataset(pick)
        try:
            self.world.jobs.delete_dataset(TENANT, dataset)
        except NotFoundError:
            assert self.uploads[dataset] == "deleted"
        except ConflictError:
            pass  # a job needs it
        else:
            self.uploads[dataset] = "deleted"

    # --- processes ----------------------------------------------------------------------------------------------
    @rule(seed=st.integers(0, 99))
    def controller_steps(self, seed: int) -> None:
        hints = [hint.key for hint in self.world.bus.hints]
        # Some twice, some never, in any order: hints only say where to look sooner.
        random.Random(seed).shuffle(hints)
        self.world.bus.hints.clear()
        self.world.controller.step(frozenset(hints[: len(hints) // 2]))

    @rule(pick=PICK)
    def thread_works(self, pick: int) -> None:
        self.world.late[pick % len(self.world.late)].work()

    @precondition(lambda self: self.world.host.living)
    @rule(pick=PICK, act=st.sampled_from(["fold", "fold", "beat", "finish"]))
    def driver_acts(self, pick: int, act: str) -> None:
        living = list(self.world.host.living.values())
        self._act(living[pick % len(living)], act)

    @precondition(lambda self: self.world.zombies)
    @rule(pick=PICK, act=st.sampled_from(["fold", "beat", "finish"]))
    def zombie_acts(self, pick: int, act: str) -> None:
        self._act(self.world.zombies[pick % len(self.world.zombies)], act)

    def _act(self, driver: Driver, act: str) -> None:
        done = getattr(driver, act)()
        if act == "fold" and done is not None:
            recorded = self.folds.setdefault(driver.job_id, {})
            assert done not in recorded, "I4: recorded twice"
            recorded[done] = driver.epoch

    @rule()
    def crash_and_reopen(self) -> None:
        self.world.reopen(*self.reopened())

    @rule(seconds=st.sampled_from([0.3, 3.0, LEASE_S + 1, 31.0, 700.0]))
    def time_passes(self, seconds: float) -> None:
        self.clock.advance(seconds)

    @rule(seconds=st.sampled_from([-3600.0, 3600.0]))
    def clock_jumps(self, seconds: float) -> None:
        self.clock.jump(seconds)

    # --- what holds ---------------------------------------------------------------------------------------------
    @invariant()
    def uploads_are_kept(self) -> None:
        for dataset, told in self.uploads.items():
            if told == "complete":
                assert b"".join(self.world.datasets.raw(TENANT, dataset)) == CONTENT, "I1"
            elif told == "deleted":
                self._absent(lambda dataset=dataset: self.world.datasets.get(TENANT, dataset))  # type: ignore[misc]
            self._absent(lambda dataset=dataset: self.world.datasets.get(RIVAL, dataset))  # type: ignore[misc]

    @invariant()
    def jobs_go_one_way(self) -> None:
        for job, before in list(self.jobs.items()):
            if job in self.deleted_jobs:
                self._absent(lambda job=job: self.world.jobs.get(TENANT, job))  # type: ignore[misc]
                continue
            view = self.world.jobs.get(TENANT, job)
            if before.is_terminal:
                assert view.state is before, f"I2: {before} became {view.state}"
            elif not view.state.is_terminal:
                assert ORDER.index(view.state) >= ORDER.index(before), f"I7: {before} became {view.state}"
            self.jobs[job] = view.state
            events = [(event.seq, event.type) for event in self.world.jobs.events(TENANT, job)]
            assert [seq for seq, _ in events] == list(range(1, len(events) + 1)), "I7: a gap"
            known = self.seen.get(job, [])
            assert events[: len(known)] == known, "I7: history was rewritten"
            self.seen[job] = events
            ends = [kind for _, kind in events if kind in ENDS]
            assert ends == ([f"job.{view.state}"] if view.state.is_terminal else []), f"I2: {ends}"
            self._absent(lambda job=job: self.world.jobs.get(RIVAL, job))  # type: ignore[misc]

    @invariant()
    def a_job_has_one_model(self) -> None:
        models = self.world.models.list(TENANT).items if hasattr(self, "world") else []
        for model in models:
            versions = self.world.models.versions(TENANT, model.id)
            assert len({each.job_id for each in versions}) == len(versions) == 1, "I3"
            job = versions[0].job_id
            if job not in self.deleted_jobs:
                owner = self.world.jobs.get(TENANT, job).state
                assert owner is JobState.SUCCEEDED, f"I3: shown, {owner}"

    # --- small things -------------------------------------------------------------------------------------------
    def _dataset(self, pick: int) -> str:
        return list(self.uploads)[pick % len(self.uploads)]

    @staticmethod
    def _absent(look) -> None:  # type: ignore[no-untyped-def]
        try:
            look()
        except NotFoundError:
            return
        raise AssertionError("I6 or I10: it is shown")
