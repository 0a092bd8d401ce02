"""The API's documents as one plain page: no script, nothing fetched from elsewhere."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from typing import Any

_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;margin:0 auto;max-width:60rem;padding:1.5rem;color:#1b1f24;background:#fff}
h1{margin-bottom:0}h2{margin-top:2rem;border-bottom:1px solid #d0d7de}
details{border:1px solid #d0d7de;border-radius:6px;margin:.4rem 0;padding:.3rem .7rem}
summary{cursor:pointer}code,pre{font:13px/1.45 ui-monospace,monospace}
pre{background:#f6f8fa;padding:.6rem;overflow:auto;border-radius:6px}
.verb{display:inline-block;min-width:4.2rem;font-weight:600}.what{color:#57606a}
@media(prefers-color-scheme:dark){body{background:#0d1117;color:#e6edf3}pre{background:#161b22}
details,h2{border-color:#30363d}.what{color:#9198a1}}
"""


def page(openapi: Mapping[str, Any]) -> str:
    """An HTML page of this OpenAPI document."""
    groups: dict[str, list[str]] = {}
    for path, verbs in openapi["paths"].items():
        for verb, operation in verbs.items():
            group = (operation.get("tags") or ["other"])[0]
            groups.setdefault(group, []).append(_operation(openapi, path, verb, operation))
    parts = [f"<h2>{html.escape(name)}</h2>{''.join(each)}" for name, each in groups.items()]
    info = openapi["info"]
    head = f"<h1>{html.escape(info['title'])}</h1><p>{html.escape(info.get('summary', ''))}</p>"
    how = (
        "<p>Send <code>Authorization: Bearer aml_…</code>; "
        "on this machine the key is in <code>AUTOML_HOME/api_key</code>. "
        "Errors are problem+json with a stable <code>code</code> and a <code>hint</code>. "
        'The same as a document for tools: <a href="/openapi.json">/openapi.json</a>.</p>'
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>automl API</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{_STYLE}</style></head><body><main>{head}{how}{''.join(parts)}</main></body></html>"
    )


def _operation(openapi: Mapping[str, Any], path: str, verb: str, operation: Mapping[str, Any]) -> str:
    rows = "".join(
        f"<li><code>{html.escape(each['name'])}</code> <span class=what>in {html.escape(each['in'])}"
        f"{', required' if each.get('required') else ''}</span></li>"
        for each in operation.get("parameters", [])
    )
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    shown = f"<p>JSON body</p><pre>{html.escape(_schema(openapi, body))}</pre>" if body else ""
    text = html.escape(operation.get("description", ""))
    summary = html.escape(operation.get("summary", ""))
    return (
        f'<details><summary><span class="verb">{verb.upper()}</span> <code>{html.escape(path)}</code> '
        f'<span class="what">{summary}</span></summary><p>{text}</p>'
        f"{f'<ul>{rows}</ul>' if rows else ''}{shown}</details>"
    )


def _schema(openapi: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    found = openapi.get("components", {}).get("schemas", {}).get(name, schema)
    return json.dumps(found.get("properties", found), indent=1, ensure_ascii=False)
