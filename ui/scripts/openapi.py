"""Print the service's OpenAPI document as JSON; needs the Python environment, but no service. Run at the project's root."""

import json
from types import SimpleNamespace
from typing import Any

from automl.api.app import ApiConfig, create_app

services: Any = SimpleNamespace(tenants=None, metrics=None)
print(json.dumps(create_app(services, ApiConfig(1024)).openapi(), indent=1, sort_keys=True))
