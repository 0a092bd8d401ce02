"""What `Model.predict_dataset` gives back: a prediction that can be waited for, read, and saved as a file."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import Any

from automl.client import flows
from automl.client.client import Client
from automl.client.progress import ProgressLine, follow
from automl.client.sources import table_of
from automl.core.errors import AutomlError
from automl.core.states import JobState
from automl.core.views import StoredPredictionView


class Prediction:
    """A stored prediction of the service. `prediction.view` is its newest view: rows, warnings, unseen categories."""

    def __init__(self, client: Client, view: StoredPredictionView) -> None:
        self._client = client
        self.view = view

    def __repr__(self) -> str:
        return f"Prediction({self.view.id!r}, {self.view.state}, {self.view.rows:,} rows)"

    @property
    def id(self) -> str:
        return self.view.id

    @property
    def state(self) -> JobState:
        return self.view.state

    def refresh(self) -> Prediction:
        """Ask the service for the newest state."""
        self.view = self._client.predictions.get(self.view.id)
        return self

    def wait(self, quiet: bool = False) -> Prediction:
        """Until it has ended well. JobFailedError: it did not, and why. Ctrl-C cancels it."""
        try:
            follow(lambda: self._client.jobs.get(self.view.id), ProgressLine(enabled=not quiet))
        except KeyboardInterrupt:
            self.cancel()
            raise
        flows.succeeded(self.refresh().view)
        return self

    def cancel(self) -> Prediction:
        """End it and keep nothing."""
        self._client.jobs.cancel(self.view.id)
        return self.refresh()

    def save(self, path: str | Path) -> Path:
        """Write the answers in input order: Parquet where the name ends so, else CSV. The file is there whole or not
        at all."""
        path = Path(path)
        made = path.with_name(f".{path.name}.part")
        try:
            with made.open("wb") as file:
                self._client.predictions.save(self.view.id, file, "parquet" if path.suffix == ".parquet" else "csv")
            os.replace(made, path)
        finally:
            made.unlink(missing_ok=True)
        return path

    def to_arrow(self) -> Any:
        """The answers as a pyarrow Table: `prediction`, and `proba_<class>` where asked."""
        with tempfile.TemporaryFile() as file:
            self._client.predictions.save(self.view.id, file, "parquet")
            file.seek(0)
            return table_of(file)

    def to_pandas(self) -> Any:
        """The answers as a DataFrame."""
        return self.to_arrow().to_pandas()

    def delete(self) -> None:
        """Remove it from the service for good. ConflictError `job_not_ended`."""
        self._client.predictions.delete(self.view.id)

    def discard(self) -> None:
        """Remove it whatever its state is; what cannot be removed now stays."""
        with contextlib.suppress(AutomlError):
            if not self.refresh().state.is_terminal:
                self.cancel()
                follow(lambda: self._client.jobs.get(self.view.id), ProgressLine(enabled=False))
            self.delete()
