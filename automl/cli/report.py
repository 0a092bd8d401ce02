"""A model's report as text: what a person wants to know first, in a screen or two."""

from __future__ import annotations

from collections.abc import Iterator

from automl.cli.output import Output
from automl.core.performance_views import BinaryData, MulticlassData, RegressionData
from automl.core.report_views import ReportView

_FEATURES, _TRIED, _CLASSES = 10, 10, 15


def print_report(report: ReportView, output: Output) -> None:
    """Headings as lines, numbers as tables, all on standard output."""
    output.text(f"{report.lineage.label}: {report.task} task, predicts {report.target}")
    _scores(report, output)
    for title, columns, rows in _performance(report):
        output.text(f"\n{title}")
        output.table(columns, rows)
    _importance(report, output)
    checks = report.checks.data or []
    if checks:
        output.text("\nData checks")
        output.table(
            ("level", "column", "message"),
            [(each.level.replace("_", " "), each.column, each.message) for each in checks],
        )
    if report.tried.data is not None:
        output.text("\nWhat was tried")
        for sentence in report.tried.data.story:
            output.text(f"  {sentence}")
        rows = [
            (each.name, each.state, each.score, each.score_std, each.weight or None, each.fit_s)
            for each in report.tried.data.trials[:_TRIED]
        ]
        output.table(("configuration", "state", report.metric, "spread", "weight", "fit s"), rows)
    _missing(report, output)
    output.text(f"\nData {report.lineage.dataset_id} → job {report.lineage.job_id} → model {report.model_id}")


def _scores(report: ReportView, output: Output) -> None:
    data = report.scores.data
    if data is None:
        return
    output.text(f"\nOut-of-fold scores of {data.rows} rows in {data.folds} folds")
    rows = [
        (f"{each.metric}{' (decided)' if each.decided else ''}", each.value, each.std, each.test)
        for each in data.metrics
    ]
    output.table(("metric", "value", "spread", "held out"), rows)


def _performance(report: ReportView) -> Iterator[tuple[str, tuple[str, ...], list[tuple[object, ...]]]]:
    data = report.performance.data
    if isinstance(data, BinaryData):
        yield (
            f"Thresholds for {data.positive!r}",
            ("choice", "threshold", "value", "hits", "false alarms", "missed", "rightly not"),
            [(each.criterion, each.threshold, each.value, each.tp, each.fp, each.fn, each.tn) for each in data.choices],
        )
        yield (
            "Calibration",
            ("Brier score", "expected error"),
            [(data.calibration.brier, data.calibration.ece)],
        )
    elif isinstance(data, MulticlassData):
        yield (
            "Classes",
            ("class", "precision", "recall", "F1", "rows"),
            [
                (each.label, each.precision, each.recall, each.f1, each.support)
                for each in data.classes.classes[:_CLASSES]
            ],
        )
    elif isinstance(data, RegressionData):
        yield (
            "Absolute error",
            ("share of rows", "at most"),
            [(each.share, each.value) for each in data.absolute_error],
        )


def _importance(report: ReportView, output: Output) -> None:
    data = report.importance.data
    if data is None:
        return
    output.text(f"\nWhat {data.metric} loses without a feature")
    output.table(
        ("feature", "importance", "low", "high"),
        [(each.feature, each.importance, each.low, each.high) for each in data.features[:_FEATURES]],
    )


def _missing(report: ReportView, output: Output) -> None:
    for name in ("scores", "performance", "importance", "dependence", "contributions", "checks", "tried"):
        section = getattr(report, name)
        if section.status != "complete":
            output.note(f"{name} is {section.status}: {section.reason or 'no reason is known'}")
