import pytest

from automl.core.metrics import CATALOGUE, MetricKind, checked


def test_names_carry_prefix_and_unit() -> None:
    for name, spec in CATALOGUE.items():
        assert name.startswith("automl_")
        assert (spec.kind is MetricKind.COUNTER) == name.endswith("_total")
        assert bool(spec.buckets) == (spec.kind is MetricKind.HISTOGRAM)


def test_no_label_is_an_id() -> None:
    labels = {label for spec in CATALOGUE.values() for label in spec.labels}
    assert not labels & {"job", "job_id", "dataset", "dataset_id", "tenant", "trial", "model"}


@pytest.mark.parametrize(
    ("name", "kind", "labels"),
    [
        ("automl_nothing", MetricKind.COUNTER, {}),
        ("automl_folds_total", MetricKind.GAUGE, {"family": "x", "status": "ok"}),
        ("automl_folds_total", MetricKind.COUNTER, {"family": "x"}),
    ],
)
def test_what_the_catalogue_lacks_is_refused(name: str, kind: MetricKind, labels: dict[str, str]) -> None:
    with pytest.raises(ValueError):
        checked(name, kind, labels)
