"""One life of a small service and its one client, who asks again until answered and writes every answer down.

The life may be cut anywhere. The next process goes on in the same home with the same paper: what was acknowledged must
be so, what was not is asked again under the same Idempotency-Key. At its end everything has been deleted.
"""

from __future__ import annotations

import contextlib
from functools import partial
from pathlib import Path

from automl.backends.blobs.base import BlobKey
from automl.backends.blobs.local import LocalBlobs
from automl.core.clock import SystemClock
from automl.core.errors import AuthenticationError
from automl.core.ids import JOB, derive_id
from automl.core.spec import FitSpec, PredictSpec, ReadOptions
from automl.core.states import DatasetState, JobState
from automl.core.trials import fold_blob
from automl.core.views import JobView
from automl.datasets.idempotency import Idempotency
from automl.testing.clock import ManualClock
from tests.faults.paper import Paper
from tests.faults.refusals import not_found, refused, unless_closed
from tests.faults.reporting import check_report
from tests.faults.small_table import CONTENT, ROWS, SHA256, VALUES, parts
from tests.faults.whole_service import ENDS, LATER_S, WholeService

TENANT, RIVAL = "acme", "rival"
STRAY = BlobKey(TENANT, fold_blob(derive_id(JOB, "nobody's"), 0, 0))
BODY, OTHER_BODY = "1" * 64, "2" * 64
ATTEMPTS = 4
DELETING = "deleting"


class Life:
    """forgiving: storage was said to be full, so a job may have failed with that sentence and is asked for anew."""

    def __init__(self, service: WholeService, *, forgiving: bool = False) -> None:
        self.service = service
        self.paper = Paper(service.home, service.clock.sleep)
        self._forgiving = forgiving

    def live(self) -> None:
        """From the first upload until everything is deleted. AssertionError: an invariant is broken."""
        self._check_paper()
        self._credentials()
        if DELETING not in self.paper:
            dataset_id = self._dataset()
            job = self._fit(dataset_id)
            self._model(job)
            self._prediction(job, dataset_id)
            self._cancelled(dataset_id)
            self._sweep_a_stray()
            self._check_paper()
            self.paper.note(DELETING)
        self._delete_all()
        self._check_nothing_is_left()

    # --- what was acknowledged is so (I1, I2, I7, I10) ----------------------------------------------------------
    def _check_paper(self) -> None:
        service, paper = self.service, self.paper
        for name in ("dataset", "job", "model"):
            for resource, _ in paper.those(f"deleted {name} "):
                self._check_gone(name, resource)
        if DELETING in paper:
            return
        for dataset_id, _ in paper.those("complete "):
            assert b"".join(service.datasets.raw(TENANT, dataset_id)) == CONTENT, "I1: other bytes than were sent"
        for job_id, state in paper.those("ended "):
            types = service.history(TENANT, job_id)
            ends = [each for each in types if each in ENDS]
            assert ends == [f"job.{state}"], f"I2: {state} became {ends}"

    def _check_gone(self, name: str, resource: str) -> None:
        service = self.service
        looks = {"dataset": service.datasets.get, "job": service.jobs.get, "model": service.models.get}
        look = partial(looks[name], TENANT, resource)
        self.paper.asked(partial(not_found, look, f"I10: the {name} {resource} is back"))

    # --- a key --------------------------------------------------------------------------------------------------
    def _credentials(self) -> None:
        tenants, paper = self.service.tenants, self.paper
        secret = paper.once("key", lambda: tenants.create_key(TENANT, name="first", scopes=("read",))[1])
        if "revoked" not in paper:
            try:
                principal = tenants.authenticate(secret)
            except AuthenticationError:
                assert paper.get("revoking"), "I1: an acknowledged key does not open"
            else:
                assert principal.tenant == TENANT
                paper.note("revoking", principal.key_id)
            paper.once("revoked", lambda: tenants.revoke(TENANT, paper.get("revoking")).id)
        try:
            tenants.authenticate(secret)
        except AuthenticationError:
            return
        raise AssertionError("I10: a revoked key opens the door")

    # --- a dataset ----------------------------------------------------------------------------------------------
    def _dataset(self) -> str:
        service = self.service
        for attempt in range(ATTEMPTS):
            dataset_id = self._upload(attempt)
            ingest = self._ended(self.paper.get(f"complete {dataset_id}"))
            view = self.paper.asked(partial(service.datasets.get, TENANT, dataset_id))
            if ingest.state is JobState.SUCCEEDED:
                assert view.state is DatasetState.READY, f"the dataset is {view.state} although its job succeeded"
                assert view.rows == len(CONTENT.splitlines()) - 1
                foreign = partial(service.datasets.get, RIVAL, dataset_id)
                self.paper.asked(partial(not_found, foreign, "I6: a foreign dataset"))
                return dataset_id
            self._excuse(ingest)
        raise AssertionError("no upload was read")

    def _upload(self, attempt: int) -> str:
        datasets, jobs, paper = self.service.datasets, self.service.jobs, self.paper

        def opened(body: str = BODY) -> str:
            key = Idempotency(f"upload-{attempt}", body)
            options = ReadOptions()
            return datasets.open(TENANT, name="people", filename="people.csv", options=options, idempotency=key).id

        dataset_id = str(paper.once(f"opened {attempt}", opened))
        assert paper.asked(opened) == dataset_id, "I5: another dataset for the same key"
        paper.asked(partial(refused, partial(opened, OTHER_BODY)))
        # Out of order, and the first one twice.
        for part in reversed(parts()):
            put = partial(datasets.put_part, TENANT, dataset_id, *part)
            paper.once(f"part {attempt} {part[0]}", lambda call=put: call().id)
        if f"complete {dataset_id}" not in paper:
            paper.asked(lambda: unless_closed(partial(datasets.put_part, TENANT, dataset_id, *parts()[0])))

        def completed() -> str:
            return str(jobs.complete_upload(TENANT, dataset_id, len(CONTENT), SHA256).job_id)

        job_id = paper.once(f"complete {dataset_id}", completed)
        assert paper.asked(completed) == job_id, "I5: completed twice, another job"
        return dataset_id

    # --- jobs ---------------------------------------------------------------------------------------------------
    def _fit(self, dataset_id: str) -> JobView:
        for attempt in range(ATTEMPTS):
            job = self._ended(self._submit(f"fit-{attempt}", dataset_id, trials=2))
            if job.state is JobState.SUCCEEDED:
                named = self.paper.asked(partial(self.service.jobs.update, TENANT, job.id, name="best"))
                assert named.name == "best"
                return job
            self._excuse(job)
        raise AssertionError("no job succeeded")

    def _submit(self, key: str, dataset_id: str, trials: int) -> str:
        jobs = self.service.jobs

        def submitted(body: str = BODY) -> str:
            return jobs.submit(TENANT, spec(dataset_id, trials), Idempotency(key, body)).id

        job_id = str(self.paper.once(f"submitted {key}", submitted))
        assert self.paper.asked(submitted) == job_id, "I5: another job for the same key"
        self.paper.asked(partial(refused, partial(submitted, OTHER_BODY)))
        self.paper.asked(partial(not_found, partial(jobs.get, RIVAL, job_id), "I6: a foreign job"))
        return job_id

    def _ended(self, job_id: str) -> JobView:
        view = self.service.ended(TENANT, job_id)
        known = self.paper.once(f"ended {job_id}", lambda: str(view.state))
        assert known == str(view.state), f"I2: {known} became {view.state}"
        self.service.history(TENANT, job_id)
        return view

    def _excuse(self, job: JobView) -> None:
        assert job.error is not None, f"{job.kind} {job.state} without a reason"
        assert self._forgiving, f"{job.kind} failed: {job.error}"
        assert job.error.code in ("storage_full", "no_model"), f"no sentence a user can act on: {job.error}"

    def _cancelled(self, dataset_id: str) -> None:
        service, jobs = self.service, self.service.jobs
        service.slow.add(derive_id(JOB, TENANT, "job", "cancelled"))
        job_id = self._submit("cancelled", dataset_id, trials=40)
        end = service.clock.monotonic() + 60
        while not {"fold.done", *ENDS} & set(service.history(TENANT, job_id)):
            assert service.clock.monotonic() < end, "no fold came"
            service.step()
            service.clock.sleep(0.02)
        self.paper.asked(partial(jobs.cancel, TENANT, job_id))
        view = self._ended(job_id)
        assert view.state is JobState.CANCELLED or (self._forgiving and view.state is JobState.FAILED), view.error
        assert view.model_id is None

    # --- the model ----------------------------------------------------------------------------------------------
    def _model(self, job: JobView) -> None:
        service, models, asked = self.service, self.service.models, self.paper.asked
        model_id = str(job.model_id)
        if "submitted cancelled" not in self.paper:
            service.settled()
        assert asked(lambda: [each.id for each in models.list(TENANT).items]) == [model_id], "I3"
        assert asked(lambda: models.list(RIVAL).items) == [], "I6: a foreign model"
        versions = asked(partial(models.versions, TENANT, model_id))
        assert [(each.version, each.job_id) for each in versions] == [("1", job.id)], "I3"
        self._check_answers(model_id)
        check_report(service, TENANT, models.resolve(TENANT, model_id), asked)
        asked(partial(models.set_alias, TENANT, model_id, "next", "1"))
        assert models.resolve(TENANT, f"{model_id}@next").version == "1"
        self.paper.once("model", lambda: model_id)

    def _check_answers(self, model_id: str) -> None:
        service = self.service
        version = self.paper.asked(partial(service.models.resolve, TENANT, f"{model_id}@champion"))
        predictor = self.paper.asked(partial(service.loader.predictor_of, TENANT, version))
        assert list(predictor.predict_rows(ROWS).values) == VALUES, "I8"

    def _prediction(self, job: JobView, dataset_id: str) -> None:
        predictions = self.service.predictions
        asked_for = PredictSpec(model=str(job.model_id), dataset_id=dataset_id)
        for attempt in range(ATTEMPTS):
            key = Idempotency(f"predict-{attempt}", BODY)
            submit = partial(predictions.submit, TENANT, asked_for, key)
            job_id = str(self.paper.once(f"submitted predict-{attempt}", lambda call=submit: call().id))
            assert self.paper.asked(submit).id == job_id, "I5: another prediction for the same key"
            view = self._ended(job_id)
            if view.state is JobState.SUCCEEDED:
                text = b"".join(predictions.download(TENANT, job_id, "csv").pieces)
                assert len(text.splitlines()) == len(CONTENT.splitlines()), "a row was not answered"
                return
            self._excuse(view)
        raise AssertionError("no prediction succeeded")

    # --- the end ------------------------------------------------------------------------------------------------
    def _sweep_a_stray(self) -> None:
        service = self.service
        long_ago = ManualClock(now=SystemClock().now() - LATER_S)
        self.paper.once("stray", lambda: LocalBlobs(service.adapters.folders.blobs, long_ago).put(STRAY, b"x").sha256)
        assert STRAY.name not in self.paper.asked(service.swept), "nobody names it and it stays"

    def _delete_all(self) -> None:
        service, paper = self.service, self.paper
        for _, job_id in paper.those("submitted "):
            paper.deleted(f"deleted job {job_id}", partial(service.jobs.delete, TENANT, job_id))
        model_id = paper.get("model")
        if f"deleted model {model_id}" not in paper and "deleting model" not in paper:
            self._check_answers(model_id)
            paper.note("deleting model")
        paper.deleted(f"deleted model {model_id}", partial(service.models.delete, TENANT, model_id))
        for _, dataset_id in paper.those("opened "):
            paper.deleted(f"deleted dataset {dataset_id}", partial(service.jobs.delete_dataset, TENANT, dataset_id))
        service.settled()

    def _check_nothing_is_left(self) -> None:
        service = self.service
        self._check_paper()
        again = partial(service.jobs.submit, TENANT, spec(self.paper.get("opened 0"), 2), Idempotency("fit-0", BODY))
        self.paper.asked(partial(not_found, again, "I10: a deleted job came back by its key"))
        left = [each.id for each in service.jobs.list(TENANT).items if each.kind != "ingest"]
        left += [each.id for each in service.models.list(TENANT).items]
        left += [each.id for each in service.datasets.list(TENANT).items]
        assert left == [], f"I10: {left}"
        leaked = self.paper.asked(service.swept)
        assert leaked == [], f"leaked blobs: {leaked}"
        assert service.begun_again == [], f"I4: {service.begun_again}"
        end = service.clock.monotonic() + 20
        while service.host.names():
            assert service.clock.monotonic() < end, "leaked drivers"
            service.clock.sleep(0.02)


def live(home: Path, *, forgiving: bool = False) -> None:
    """Open the home and live on, then open it once more. AssertionError: an invariant is broken."""
    with contextlib.closing(WholeService(home)) as service:
        Life(service, forgiving=forgiving).live()
    # The next process takes away what a killed one left on this node.
    with contextlib.closing(WholeService(home)) as service:
        scratch = service.adapters.folders.scratch
        assert not scratch.exists() or list(scratch.iterdir()) == [], "leaked scratch folders"
        service.settled()


def spec(dataset_id: str, trials: int) -> FitSpec:
    """A job of a second or less."""
    body = {
        "dataset_id": dataset_id,
        "target": "left",
        "budget": {"seconds": 60, "trials": trials},
        "families": ["linear", "decision_tree"],
    }
    return FitSpec.model_validate(body)
