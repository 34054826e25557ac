"""A writer in a process of its own: it says each record once the workspace has taken it."""

from __future__ import annotations

import multiprocessing
import os
from typing import TextIO

from datasets.workspace import WorkspaceError, open_workspace, save

ROLE = "chargée de mission"
TOLD = 9


def body(number: int) -> dict:
    """The content of the record of a number: large enough to be caught half-written."""
    change = {"action": "ajouter", "objet": "mediateur", "qpv": "QN09901M", "etp": 0.5}
    return {"titre": f"Scénario {number}", "changements": [change] * 50}


class Writer:
    """A forked process that saves records one after the other.

    Forked, not started anew: the libraries are there already, and no connection is shared since
    the workspace keeps none between two transactions.
    """

    def __init__(self, address: str, prefix: str, count: int):
        reader, writer = os.pipe()
        self.said: TextIO = os.fdopen(reader, encoding="utf-8")
        context = multiprocessing.get_context("fork")
        self.process = context.Process(target=_write, args=(address, prefix, count, writer))
        self.process.start()
        os.close(writer)

    def acknowledged(self, count: int) -> list[str]:
        """The names of the next records that it said were taken."""
        return [self.said.readline().strip() for _ in range(count)]

    def rest(self) -> list[str]:
        """All that it said until its end; a line cut short by its death says nothing."""
        lines = self.said.read().splitlines(keepends=True)
        self.said.close()
        self.process.join(60)
        return [line.strip() for line in lines if line.endswith("\n")]


def _write(address: str, prefix: str, count: int, told: int) -> None:
    workspace = open_workspace(address)
    for number in range(count):
        try:
            save(workspace, "scenario", "demo", f"{prefix}-{number}", body(number), ROLE)
        except WorkspaceError:
            os._exit(TOLD)
        os.write(told, f"{prefix}-{number}\n".encode())
    os._exit(0)
