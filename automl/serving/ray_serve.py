"""Ray Serve around the HTTP application and the scorer: one application of two deployments, both without CPUs.

What they are made of is named by entry points, so that nothing is imported upward and nothing is pickled but names.
"""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any

from ray import serve
from ray.exceptions import RayError, RayTaskError
from ray.serve.config import BackpressureConfig
from ray.serve.exceptions import BackPressureError
from ray.serve.handle import DeploymentHandle

from automl.backends.compute.base import EntryPoint
from automl.backends.compute.ray_tune.internals import ask_late_for_bodies, keep_serve_on_loopback
from automl.core.errors import AutomlError, OverloadedError, UnavailableError
from automl.core.explain_views import ExplanationView
from automl.core.report_views import ReportView
from automl.core.views import ModelVersionView, PredictionView

APP = "automl"
# Calls of one replica at a time beyond streams: uploads and reads, each in a worker thread.
_REQUESTS = 256
_QUEUED = 512
_SCORING = 64
_SCORING_QUEUED = 256
_THREADS = 2
# Serve notices by these looks alone that a process is gone; its own ten seconds are as long without answers.
_LOOK_S = 2.0
# Serve's own tenth of a second takes 2 % of two cores from the folds of a running job.
_CONTROL_S = 0.5
# New objects before the garbage collector looks at them; Python's default is 700.
_LOOKED_AT_AFTER = 10_000
# What a full queue at the edge is answered with.
_FULL = BackpressureConfig(status_code=503, retry_after_s=1.0)


@dataclass(frozen=True)
class ServeConfig:
    """app_factory(scorer, settings) -> FastAPI; scorer_factory(settings) -> object with blocking
    `predict(tenant, version, request) -> dict`, `explain` and `report` alike; settings: as JSON. max_streams: event
    streams of one API replica."""

    host: str
    port: int
    app_factory: str
    scorer_factory: str
    settings: str
    max_streams: int = 2000
    api_replicas: int = 1
    scorer_replicas: int = 1


class Scorer:
    """The scorer's replica: models are loaded and run in threads, off the event loop that answers health checks."""

    def __init__(self, factory: str, settings: str) -> None:
        keep_serve_on_loopback()
        self._scorer = EntryPoint(factory).load()(settings)
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="score")
        # Reports and explanations take longer: predictions do not wait for them.
        self._slow = ThreadPoolExecutor(1, thread_name_prefix="report")

    async def predict(self, tenant: str, version: dict[str, Any], request: dict[str, Any]) -> tuple[bool, Any]:
        """(True, the answer) or (False, the error): an error that is raised would come back wrapped by Ray."""
        return await self._call(self._threads, self._scorer.predict, tenant, version, request)

    async def explain(self, tenant: str, version: dict[str, Any], request: dict[str, Any]) -> tuple[bool, Any]:
        """As `predict`."""
        return await self._call(self._slow, self._scorer.explain, tenant, version, request)

    async def report(self, tenant: str, version: dict[str, Any], request: dict[str, Any]) -> tuple[bool, Any]:
        """As `predict`."""
        return await self._call(self._slow, self._scorer.report, tenant, version, request)

    async def _call(
        self, threads: ThreadPoolExecutor, call: Callable[..., Any], tenant: str, version: Any, request: Any
    ) -> tuple[bool, Any]:
        try:
            return True, await asyncio.get_running_loop().run_in_executor(threads, call, tenant, version, request)
        except AutomlError as error:
            return False, error


class RemoteScorer:
    """What the application calls: satisfies `automl.api.dependencies.Scorer` by a deployment handle."""

    def __init__(self, handle: DeploymentHandle) -> None:
        self._handle = handle

    async def predict(
        self, tenant: str, version: ModelVersionView, rows: Sequence[Mapping[str, Any]], proba: bool
    ) -> PredictionView:
        """Predictions in input order. OverloadedError: its queue is full; UnavailableError: no replica answers;
        what the scorer itself raises on purpose. RayTaskError: a defect of it."""
        request = {"rows": list(rows), "proba": proba}
        return PredictionView.model_validate(await self._ask(self._handle.predict, tenant, version, request))

    async def explain(
        self, tenant: str, version: ModelVersionView, rows: Sequence[Mapping[str, Any]], top: int
    ) -> ExplanationView:
        """Contributions of features, in input order. Raises as `predict`."""
        request = {"rows": list(rows), "top": top}
        return ExplanationView.model_validate(await self._ask(self._handle.explain, tenant, version, request))

    async def report(self, tenant: str, version: ModelVersionView, costs: tuple[float, float] | None) -> ReportView:
        """What there is of a version's report; begins what is missing. Raises as `predict`."""
        request = {"costs": None if costs is None else list(costs)}
        return ReportView.model_validate(await self._ask(self._handle.report, tenant, version, request))

    async def _ask(self, method: Any, tenant: str, version: ModelVersionView, request: dict[str, Any]) -> Any:
        try:
            done, answer = await method.remote(tenant, version.model_dump(mode="json"), request)
        except BackPressureError as error:
            raise OverloadedError("Too many requests to models are waiting.", retry_after_s=1.0) from error
        except RayTaskError:
            # Asking again would not help.
            raise
        except RayError as error:
            raise UnavailableError("The scorer does not answer now.", retry_after_s=2.0) from error
        if not done:
            raise answer
        return answer


class Api:
    """The HTTP application's replica; the application is built in it."""

    def __init__(self, factory: str, settings: str, scorer: DeploymentHandle) -> None:
        keep_serve_on_loopback()
        ask_late_for_bodies()
        # As in Serve's own proxy: requests that wait outlive the young generations, and each look at them is in vain.
        gc.set_threshold(_LOOKED_AT_AFTER)
        self._factory = factory
        self._settings = settings
        self._scorer = scorer

    def __serve_build_asgi_app__(self) -> Any:
        return EntryPoint(self._factory).load()(RemoteScorer(self._scorer), self._settings)


def application(config: ServeConfig) -> serve.Application:
    """The Serve application."""
    scorer = serve.deployment(
        name="Scorer",
        num_replicas=config.scorer_replicas,
        ray_actor_options={"num_cpus": 0},
        max_ongoing_requests=_SCORING,
        max_queued_requests=_SCORING_QUEUED,
        health_check_period_s=_LOOK_S,
    )(Scorer)
    api = serve.deployment(
        name="Api",
        num_replicas=config.api_replicas,
        ray_actor_options={"num_cpus": 0},
        # An event stream holds a place as long as it lives.
        max_ongoing_requests=config.max_streams + _REQUESTS,
        max_queued_requests=_QUEUED,
        health_check_period_s=_LOOK_S,
        backpressure_config=_FULL,
        graceful_shutdown_timeout_s=5.0,
        graceful_shutdown_wait_loop_s=0.2,
    )(serve.ingress()(Api))
    return api.bind(config.app_factory, config.settings, scorer.bind(config.scorer_factory, config.settings))


def serve_variables(middlewares: str) -> Mapping[str, str]:
    """What Serve's controller and proxy find in the environment of their cluster. middlewares: path of a function that
    gives a list of Starlette middlewares, around everything that the proxy answers."""
    return {
        "RAY_SERVE_HTTP_PROXY_CALLBACK_IMPORT_PATH": middlewares,
        "RAY_SERVE_PROXY_HEALTH_CHECK_PERIOD_S": str(_LOOK_S),
        "RAY_SERVE_CONTROL_LOOP_INTERVAL_S": str(_CONTROL_S),
    }


def deploy(config: ServeConfig) -> None:
    """Start Serve on the joined cluster and wait until the application answers. UnavailableError: it does not start."""
    logging.getLogger("ray.serve").setLevel(logging.WARNING)
    try:
        serve.start(
            proxy_location="HeadOnly",
            http_options={"host": config.host, "port": config.port, "keep_alive_timeout_s": 90},
        )
        serve.run(application(config), name=APP, route_prefix="/")
    except (RuntimeError, RayError) as error:
        cause = error.cause if isinstance(error, RayTaskError) else error
        raise UnavailableError(
            f"The HTTP service did not start: {(str(cause) or repr(cause)).splitlines()[0]}",
            code="serve_unavailable",
            hint=f"Is port {config.port} free? 'automl doctor' checks this machine.",
        ) from error


def config_of(args: Mapping[str, Any]) -> ServeConfig:
    """The config from the arguments of a Serve config file. TypeError: unknown or missing ones."""
    return ServeConfig(**args)


def arguments(config: ServeConfig) -> dict[str, Any]:
    """The same as plain values."""
    return asdict(config)
