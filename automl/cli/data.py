"""`automl data …`: datasets of the service."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from automl.cli.output import JsonFlag, Output, QuietFlag
from automl.client.client import Client

app = typer.Typer(no_args_is_help=True)
_COLUMNS = ("id", "state", "name", "rows", "columns", "size_bytes", "created_at")
DatasetId = Annotated[str, typer.Argument(metavar="DATASET")]


@app.command("upload")
def upload(
    file: Path, name: Annotated[str | None, typer.Option()] = None, as_json: JsonFlag = False, quiet: QuietFlag = False
) -> None:
    """Send a file; prints the dataset when it is ready."""
    output = Output(as_json, quiet)
    with Client(quiet=quiet) as client:
        dataset = client.upload(file, name=name)
        for warning in dataset.warnings:
            output.say(f"[yellow]note[/] {warning.get('message', '')}")
        output.data(dataset.model_dump(mode="json"))


@app.command("list")
def list_(limit: int = 50, as_json: JsonFlag = False) -> None:
    """Datasets, newest first."""
    with Client() as client:
        page = client.datasets.list(limit=limit)
        Output(as_json).listing(_COLUMNS, [item.model_dump(mode="json") for item in page.items])


@app.command("show")
def show(dataset: DatasetId, as_json: JsonFlag = False) -> None:
    """One dataset with its notes."""
    with Client() as client:
        Output(as_json).data(client.datasets.get(dataset).model_dump(mode="json"))


@app.command("profile")
def profile(dataset: DatasetId, as_json: JsonFlag = False) -> None:
    """Each column: type, missing values, what it holds."""
    with Client() as client:
        body = client.datasets.profile(dataset)
        if as_json:
            Output(True).data(body)
        else:
            Output().listing(("name", "type", "missing_share", "distinct", "id_like", "constant"), body["columns"])


@app.command("download")
def download(dataset: DatasetId, out: Annotated[Path, typer.Option("--out", "-o")]) -> None:
    """The file exactly as it was uploaded."""
    with Client() as client:
        out.write_bytes(client.datasets.download(dataset))


@app.command("delete")
def delete(dataset: DatasetId) -> None:
    """Remove a dataset for good."""
    with Client() as client:
        client.datasets.delete(dataset)
