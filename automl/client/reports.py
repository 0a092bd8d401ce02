"""Reports and explanations as flows; the slow sections of a report are waited for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from automl.client.calls import Answer, Call, Flow, Pause
from automl.core.explain_views import ExplanationView
from automl.core.report_views import ReportView

# Pauses between two questions grow up to this.
_SLOWEST_S = 2.0


def report(model_id: str, fn_cost: float | None, fp_cost: float | None, wait_s: float) -> Flow[ReportView]:
    """What there is; while sections are pending, asked again until `wait_s` have passed, about."""
    given = {"fn_cost": fn_cost, "fp_cost": fp_cost}
    params = {name: value for name, value in given.items() if value is not None}
    delay, waited = 0.2, 0.0
    while True:
        answer: Answer = yield Call("GET", f"/v1/models/{model_id}/report", params=params, timeout_s=60.0)
        found = ReportView.model_validate(answer.json())
        if found.status != "pending" or waited >= wait_s:
            return found
        yield Pause(delay)
        waited += delay
        delay = min(_SLOWEST_S, delay * 1.5)


def explain(model_id: str, rows: Sequence[Mapping[str, Any]], top: int) -> Flow[ExplanationView]:
    """Contributions of features to each row's prediction."""
    body = {"rows": [dict(row) for row in rows], "top": top}
    answer: Answer = yield Call("POST", f"/v1/models/{model_id}/explain", body=body, timeout_s=60.0)
    return ExplanationView.model_validate(answer.json())
