"""What workers of these tests import first: Tune alone, then the announcement that the warm pool counts."""

import automl.backends.compute.ray_tune.runner  # noqa: F401
from automl.backends.compute.ray_tune.internals import announce_warm

announce_warm()
