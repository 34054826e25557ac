"""The empty mediation form that a user fills (see ``datasets.brought.template``)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from datasets.brought.template import form_examples, write_form, write_form_lines
from datasets.mediation.table import FORM


def write_template(path: Path) -> Path:
    """Write the template at ``path``, CSV (``;``, UTF-8 with BOM) or XLSX by its extension.

    Raises
    ------
    BadInput
        When the extension is neither .csv nor .xlsx.
    """
    return write_form(path, FORM)


def example_lines() -> list[dict[str, str]]:
    """The fictional lines of the template, by column."""
    return form_examples(FORM)


def write_lines(path: Path, lines: Sequence[dict[str, str]]) -> None:
    """Write lines of template columns as the CSV that ``read_mediation`` reads."""
    write_form_lines(path, FORM, lines)
