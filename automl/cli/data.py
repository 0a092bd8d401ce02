"""`automl data …`: datasets of the service."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from automl.cli.connecting import connected
from automl.cli.output import CursorOption, JsonFlag, LimitOption, Output, QuietFlag
from automl.cli.places import check_data, check_file, written

app = typer.Typer(no_args_is_help=True)
_COLUMNS = ("id", "state", "name", "rows", "columns", "size_bytes", "created_at")
DatasetId = Annotated[str, typer.Argument(metavar="DATASET")]


@app.command("upload")
def upload(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    name: Annotated[str | None, typer.Option(help="The file's own when left out.")] = None,
    as_json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> None:
    """Send a file; prints the dataset when it is ready."""
    output = Output(as_json, quiet or as_json)
    check_data(file)
    with connected(output.quiet) as client:
        dataset = client.upload(file, name=name)
        for warning in dataset.warnings:
            place = f"{warning['column']}: " if warning.get("column") else ""
            output.note(f"{place}{warning.get('message', '')}")
        output.view(dataset)


@app.command("list")
def list_(
    limit: LimitOption = 50,
    cursor: CursorOption = None,
    search: Annotated[str | None, typer.Option(help="A part of the name.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Datasets, newest first."""
    with connected() as client:
        page = client.datasets.list(cursor, limit, search=search)
        items = [item.model_dump(mode="json") for item in page.items]
        Output(as_json).listing(_COLUMNS, items, cursor=page.cursor)


@app.command("show")
def show(dataset: DatasetId, as_json: JsonFlag = False) -> None:
    """One dataset with its notes."""
    with connected() as client:
        Output(as_json).view(client.datasets.get(dataset))


@app.command("profile")
def profile(dataset: DatasetId, as_json: JsonFlag = False) -> None:
    """Each column: type, missing values, what it holds."""
    with connected() as client:
        body = client.datasets.profile(dataset)
        if as_json:
            Output(True).data(body)
        else:
            Output().listing(("name", "type", "missing_share", "distinct", "id_like", "constant"), body["columns"])


@app.command("download")
def download(dataset: DatasetId, out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE")]) -> None:
    """The file exactly as it was uploaded."""
    check_file(out)
    with connected() as client, written(out) as target:
        target.write(client.datasets.download(dataset))


@app.command("delete")
def delete(dataset: DatasetId) -> None:
    """Remove a dataset for good."""
    with connected() as client:
        client.datasets.delete(dataset)
