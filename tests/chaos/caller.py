"""One client of a service that is being broken: asks over HTTP, once each, and writes down what came of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2

from tests.chaos.recorder import History, outcome_of

# Longer than the checker allows, so that a request that hangs is found.
_TIMEOUT = httpx2.Timeout(130.0, connect=10.0)
Noted = Mapping[str, Any]


@dataclass
class Followed:
    """What a reader of a job's events has seen, over all its connections."""

    seq: list[int] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    folds: list[tuple[int, int]] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return bool(self.types) and self.types[-1] in ("job.succeeded", "job.failed", "job.cancelled")


class Caller:
    """For one thread. key: an API key; url: where the service answers, also after it was started again."""

    def __init__(self, history: History, url: str, key: str) -> None:
        self.history = history
        self._client = httpx2.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=_TIMEOUT)

    def close(self) -> None:
        self._client.close()

    def ask(
        self,
        op: str,
        method: str,
        path: str,
        *,
        note: Callable[[httpx2.Response], Noted] | None = None,
        json: Any = None,
        content: bytes | None = None,
        key: str | None = None,
        **fields: Any,
    ) -> httpx2.Response | None:
        """Ask once; the answer, or None when none came. note: what a good answer adds to the line; key: makes a
        creating request repeatable."""
        start, headers = self.history.now(), {} if key is None else {"Idempotency-Key": key}
        try:
            answer = self._client.request(method, path, json=json, content=content, headers=headers)
        except httpx2.HTTPError as error:
            self.history.add(op, start, "lost", key=key, why=repr(error)[:200], **fields)
            return None
        outcome = outcome_of(answer.status_code)
        more: dict[str, Any] = dict(fields)
        if outcome == "ok" and note is not None:
            more |= note(answer)
        elif outcome != "ok":
            more["why"] = answer.text[:300]
        self.history.add(op, start, outcome, key=key, status=answer.status_code, **more)
        return answer

    def follow(self, job_id: str, seen: Followed, until: Callable[[], bool]) -> None:
        """Read a job's events behind what was seen already, until its end, `until`, or the loss of the connection."""
        start = self.history.now()
        headers = {"Last-Event-ID": str(seen.seq[-1])} if seen.seq else {}
        try:
            with self._client.stream("GET", f"/v1/jobs/{job_id}/events", headers=headers) as answer:
                outcome = outcome_of(answer.status_code)
                data = ""
                for line in answer.iter_lines():
                    if line.startswith("data: "):
                        data = line.removeprefix("data: ")
                    elif not line and data and outcome == "ok":
                        # The empty line alone says that a frame is whole.
                        _see(seen, json.loads(data))
                        data = ""
                    if until() or seen.is_whole:
                        break
        except httpx2.HTTPError:
            outcome = "lost"
        # Its length is the reader's choice: only how it began is a matter of time.
        self.history.add("stream", max(start, self.history.now() - 1.0), outcome, resource=job_id)
        if outcome == "ok" or seen.seq:
            folds = [list(each) for each in seen.folds]
            now = self.history.now()
            self.history.add(
                "events", now, "ok", resource=job_id, seq=list(seen.seq), types=list(seen.types), folds=folds
            )


def _see(seen: Followed, event: Mapping[str, Any]) -> None:
    if "seq" not in event:
        return  # a signal: it has no place in the history
    seen.seq.append(event["seq"])
    seen.types.append(event["type"])
    if event["type"] == "fold.done":
        seen.folds.append((event["body"]["trial"], event["body"]["fold"]))
