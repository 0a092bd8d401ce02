"""A bare Serve no-op with the same proxy and the same numbers as the API: what Serve itself bears on this machine.

python -m benchmarks.load.bare_service HOME PORT    (prints `ready`; ends on SIGTERM)
"""

from __future__ import annotations

import logging
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from ray import serve

from automl.backends.compute.ray_tune.cluster import start_local

_BODY = {"status": "ok"}


def _app() -> FastAPI:
    app = FastAPI()

    @app.get("/noop")
    async def noop() -> dict[str, str]:
        return _BODY

    return app


class Bare:
    """Nothing but the framework."""

    def __serve_build_asgi_app__(self) -> Any:
        return _app()


def main() -> None:
    """Run until SIGTERM."""
    home, port = Path(sys.argv[1]), int(sys.argv[2])
    stop = threading.Event()
    cluster = start_local(home, 1, None, idle_processes=2)
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    try:
        logging.getLogger("ray.serve").setLevel(logging.WARNING)
        serve.start(proxy_location="HeadOnly", http_options={"host": "127.0.0.1", "port": port})
        bare = serve.deployment(
            name="Bare", ray_actor_options={"num_cpus": 0}, max_ongoing_requests=2256, max_queued_requests=512
        )(serve.ingress()(Bare))
        serve.run(bare.bind(), name="bare", route_prefix="/")
        print("ready", flush=True)
        stop.wait()
    finally:
        cluster.stop()


if __name__ == "__main__":
    main()
