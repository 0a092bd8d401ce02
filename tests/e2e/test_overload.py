"""A flood at a real service with little room: refusals that say when to come back, others served, all well after."""

import asyncio
import time
from urllib.parse import urlsplit

import httpx2
import pytest

from automl.client.local import read_key
from benchmarks.load.event_writer import EventWriter
from benchmarks.load.flood import Seen, Target, flood
from benchmarks.load.overload import second_key
from tests.service_process import Service

pytestmark = pytest.mark.e2e

_SMALL = {"AUTOML_SERVER_MAX_RUNNING": "4", "AUTOML_SERVER_MAX_WAITING": "8"}


async def _health(url: str, seconds: float) -> list[int]:
    found, end = [], time.monotonic() + seconds
    async with httpx2.AsyncClient(trust_env=False, timeout=30.0) as http:
        while time.monotonic() < end:
            found.append((await http.get(f"{url}/health/live")).status_code)
            await asyncio.sleep(0.1)
    return found


def test_a_flood_is_shed_and_passes(own_service: Service) -> None:
    own_service.settings = _SMALL
    own_service.start()
    port = int(urlsplit(own_service.url).port or 0)
    mine, second = EventWriter(own_service.home, 1), EventWriter(own_service.home, 1, tenant="second")
    first = Target(port, f"/v1/jobs/{mine.ids[0]}", read_key(own_service.home))
    other = Target(port, f"/v1/jobs/{second.ids[0]}", second_key(own_service.home))

    async def scenario() -> tuple[Seen, Seen, Seen, list[int]]:
        fits = await flood(first, 3, 3.0)
        flooded, beside, alive = await asyncio.gather(
            flood(first, 64, 6.0), flood(other, 1, 6.0, pause_s=0.1), _health(own_service.url, 6.0)
        )
        return fits, flooded, beside, alive

    fits, flooded, beside, alive = asyncio.run(scenario())
    assert fits.good
    assert not fits.refused
    assert flooded.good, "work goes on"
    assert flooded.refused, "what cannot be done is refused"
    assert (flooded.other, flooded.without_retry_after) == (0, 0)
    # The proxy before us has its own line, so this bound is a generous one.
    assert flooded.goodput(10.0) > 0.3 * fits.goodput(10.0)
    assert beside.good
    assert not beside.refused, "another tenant has its turn"
    assert set(alive) == {200}
    after = asyncio.run(flood(first, 1, 2.0))
    assert after.good
    assert not after.refused
    text = httpx2.get(f"{own_service.url}/metrics", trust_env=False).text
    assert 'automl_http_shed_total{class="control"' in text
