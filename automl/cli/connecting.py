"""The client that commands use: of AUTOML_URL's service, or of the one that has the home which the settings name."""

from __future__ import annotations

from automl.client.client import Client
from automl.settings import load


def connected(quiet: bool = False) -> Client:
    """A client, which a command closes. UnreachableError; InvalidInputError: a setting cannot be used."""
    return Client(home=load().settings.home, quiet=quiet)


def page_address(client: Client) -> str:
    """Where the web page is, with a code that signs one browser in."""
    return f"{client.url}/#code={client.system.page_code()}"
