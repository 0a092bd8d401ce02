"""The embedded cache adapter keeps the contract."""

import pytest

from automl.backends.cache.base import Cache
from automl.backends.cache.memory import MemoryCache
from automl.testing.cache import CacheContract


class TestMemoryCache(CacheContract):
    @pytest.fixture
    def cache(self) -> Cache:
        return MemoryCache(max_bytes=8 * 1024 * 1024)
