"""Errors of several tables told together: nobody corrects a file ten times for ten faults."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from datasets.system_errors import place_of, system_fr
from geo.errors import BadInput

Read = TypeVar("Read")


class BadTables(BadInput):
    """Several things are wrong in the tables; ``errors`` holds each, the message all of them."""

    def __init__(self, errors: list[BadInput]):
        self.errors = tuple(errors)
        listed = "\n".join(f"- {error}" for error in errors)
        super().__init__(f"{len(errors)} problèmes dans les tableaux :\n{listed}")


def attempt(errors: list[BadInput], read: Callable[[], Read]) -> Read | None:
    """What ``read`` gives, or None with its error added to ``errors``."""
    try:
        return read()
    except OSError as error:
        if isinstance(error, BadInput):
            raise
        errors.append(BadInput(f"Lecture impossible : {system_fr(error)} ({place_of(error)})."))
    except BadInput as error:
        errors.append(error)
    return None


def refuse(errors: list[BadInput]) -> None:
    """Raise the one error as it is, several as ``BadTables``; nothing when there is none."""
    if errors:
        raise errors[0] if len(errors) == 1 else BadTables(errors)
