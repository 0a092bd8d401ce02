"""The Serve application for a config file: `import_path: serve_app:build`; settings come from AUTOML_* and files."""

from __future__ import annotations

from typing import Any

from ray import serve

from automl.bootstrap.web import API_APP, SCORER
from automl.serving.ray_serve import ServeConfig, application
from automl.settings import load


def build(args: dict[str, Any]) -> serve.Application:
    """args: settings by dotted name, such as `server.max_streams`; they win over every other source."""
    settings = load(args).settings
    return application(
        ServeConfig(
            host=settings.server.host,
            port=settings.server.port,
            app_factory=API_APP.path,
            scorer_factory=SCORER.path,
            settings=settings.model_dump_json(),
            max_streams=settings.server.max_streams,
        )
    )
