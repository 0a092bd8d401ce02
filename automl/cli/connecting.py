"""The client that commands use: of AUTOML_URL's service, or of the one that has the home which the settings name."""

from __future__ import annotations

from automl.client.client import Client
from automl.settings import load


def connected(quiet: bool = False) -> Client:
    """A client, which a command closes. UnreachableError; InvalidInputError: a setting cannot be used."""
    return Client(home=load().settings.home, quiet=quiet)
