"""`automl models …`: models of the service. MODEL is an id, `id@alias` or `name@alias`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from automl.cli.connecting import connected
from automl.cli.output import CursorOption, JsonFlag, LimitOption, Output
from automl.cli.places import check_folder

app = typer.Typer(no_args_is_help=True)
_OF_THE_LATEST = ("label", "task", "metric", "score", "size_bytes")
ModelId = Annotated[str, typer.Argument(metavar="MODEL")]


@app.command("list")
def list_(
    limit: LimitOption = 50,
    cursor: CursorOption = None,
    search: Annotated[str | None, typer.Option(help="A part of the name.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Models, newest first."""
    with connected() as client:
        page = client.models.list(cursor, limit, search=search)
        items = [item.model_dump(mode="json") for item in page.items]
        if not as_json:
            for item in items:
                latest = item.get("latest") or {}
                item |= {name: latest.get(name) for name in _OF_THE_LATEST}
        Output(as_json).listing(("id", "name", *_OF_THE_LATEST, "created_at"), items, cursor=page.cursor)


@app.command("show")
def show(model: ModelId, as_json: JsonFlag = False) -> None:
    """One model with its versions and aliases."""
    with connected() as client:
        Output(as_json).view(client.models.get(model))


@app.command("alias")
def alias(
    model: ModelId,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    version: Annotated[str, typer.Argument(metavar="VERSION")],
    as_json: JsonFlag = False,
) -> None:
    """Let NAME stand for VERSION from now on."""
    with connected() as client:
        Output(as_json).view(client.models.set_alias(model, name, version))


@app.command("versions")
def versions(model: ModelId, as_json: JsonFlag = False) -> None:
    """All versions of a model, newest first."""
    with connected() as client:
        items = [each.model_dump(mode="json") for each in client.models.versions(model)]
    if not as_json:
        items = [{**each, "aliases": ", ".join(each["aliases"])} for each in items]
    columns = ("version", "aliases", "label", "metric", "score", "test_score", "job_id", "dataset_id", "created_at")
    Output(as_json).listing(columns, items)


@app.command("rollback")
def rollback(
    model: ModelId,
    name: Annotated[str, typer.Argument(metavar="NAME")] = "champion",
    as_json: JsonFlag = False,
) -> None:
    """Let NAME stand for the version it stood for before."""
    with connected() as client:
        Output(as_json).view(client.models.roll_back(model, name))


@app.command("report")
def report(
    model: ModelId,
    out: Annotated[Path | None, typer.Option("--out", "-o", metavar="FILE", help="Write it as JSON.")] = None,
    wait: Annotated[float, typer.Option(min=0.0, help="Seconds to wait for what is being computed.")] = 120.0,
    as_json: JsonFlag = False,
) -> None:
    """How good a model is, what it looks at, and how it came about."""
    # The report's models are many; the other commands start faster without them.
    from automl.cli.report import print_report

    with connected() as client:
        found = client.models.report(model, wait_s=wait)
    if out is not None:
        out.write_text(found.model_dump_json(indent=1) + "\n", encoding="utf-8")
    if as_json:
        Output(as_json).view(found)
    elif out is None:
        print_report(found, Output())


@app.command("download")
def download(model: ModelId, out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR")]) -> None:
    """Write the model to a folder that `automl predict` reads without a service."""
    # Reading packages needs numpy; the other commands start faster without it.
    from automl.registry.package import unpack_folder

    check_folder(out)
    with connected() as client:
        unpack_folder(client.models.download(model), out)


@app.command("delete")
def delete(model: ModelId, version: Annotated[str | None, typer.Option(help="This version alone.")] = None) -> None:
    """Remove a model with all its versions, or one version that no alias stands for."""
    with connected() as client:
        if version is None:
            client.models.delete(model)
        else:
            client.models.delete_version(model, version)
