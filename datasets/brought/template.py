"""The empty form a user fills: CSV or Excel, with two example lines that are never counted.

The example lines stay in the template because a line to imitate is worth a page of rules; their
identifier begins with EXEMPLE, by which the reader knows them, says so and leaves them out.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from datasets.brought.cells import csv_bytes
from datasets.brought.form import EXAMPLES_ARE_FICTIONAL, ColumnRule, Form
from datasets.files import write_atomically
from geo.errors import BadInput

GUIDE_SHEET = "Mode d’emploi"
VALUES_SHEET = "Valeurs admises"
_VALIDATED_ROWS = 1000


def write_form(path: Path, form: Form) -> Path:
    """Write the template at ``path``, CSV (``;``, UTF-8 with BOM) or XLSX by its extension.

    Raises
    ------
    BadInput
        When the extension is neither .csv nor .xlsx.
    """
    suffix = path.suffix.lower()
    if suffix == ".csv":
        write_form_lines(path, form, form_examples(form))
    elif suffix == ".xlsx":
        write_atomically(path, form_bytes(form))
    else:
        raise BadInput(
            f"{path.name} : le modèle s’écrit en .csv ou en .xlsx. "
            f"À faire : donnez un nom qui finit ainsi, par exemple {form.name}.xlsx."
        )
    return path


def form_examples(form: Form) -> list[dict[str, str]]:
    """The fictional lines of the template, by column."""
    return [{name: rule.examples[place] for name, rule in form.rules.items()} for place in (0, 1)]


def write_form_lines(path: Path, form: Form, lines: Sequence[dict[str, str]]) -> None:
    """Write lines by column as the CSV that is read again."""
    rows = ([line.get(name, "") for name in form.rules] for line in lines)
    write_atomically(path, csv_bytes(form.rules, rows))


def form_bytes(form: Form, filled: Sequence[dict[str, str]] | None = None) -> bytes:
    """The template as the bytes of an Excel workbook.

    ``filled``: lines by column to write instead of the fictional examples.
    """
    rows = form_examples(form) if filled is None else filled
    # Lines already filled in hold no example to speak of.
    absent = None if filled is None else EXAMPLES_ARE_FICTIONAL
    advice = [words for words in form.advice if words != absent]
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"strings_to_formulas": False}) as book:
        book.set_properties({"title": form.title, "created": datetime(2025, 1, 1)})
        head = book.add_format(
            {"bold": True, "bg_color": "#DCE6F1", "border": 1, "text_wrap": True}
        )
        # Text everywhere: a spreadsheet would take 01053 for 1053 and 0,5 for a date.
        text = book.add_format({"num_format": "@"})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        lines = book.add_worksheet(form.sheets[0])
        guide = book.add_worksheet(GUIDE_SHEET)
        admitted = book.add_worksheet(VALUES_SHEET)
        _fill_lines(lines, form, head, text, _fill_values(admitted, form, head), rows)
        _fill_guide(guide, form, advice, head, wrap)
    return target.getvalue()


def _fill_lines(
    sheet: Any,
    form: Form,
    head: Any,
    text: Any,
    lists: dict[str, str],
    filled: Sequence[dict[str, str]],
) -> None:
    for place, (name, rule) in enumerate(form.rules.items()):
        sheet.write_string(0, place, name, head)
        sheet.set_column(place, place, max(14, len(name) + 2), text)
        for row, line in enumerate(filled, start=1):
            sheet.write_string(row, place, line.get(name, ""), text)
        options = _validation(rule, lists)
        sheet.data_validation(1, place, _VALIDATED_ROWS, place, options)
    sheet.freeze_panes(1, 0)


def _validation(rule: ColumnRule, lists: dict[str, str]) -> dict[str, Any]:
    """A list to choose from where there is one; only a closed list forbids other values."""
    # Excel cuts a prompt at 255 characters and its title at 32.
    options: dict[str, Any] = {
        "validate": "any",
        "input_title": rule.name[:32],
        "input_message": rule.expected[:255],
    }
    if rule.name in lists:
        options |= {
            "validate": "list",
            "source": lists[rule.name],
            "error_type": "stop" if rule.closed else "information",
            "error_title": "Valeur à vérifier",
            "error_message": f"Attendu : {rule.expected}"[:255],
        }
    return options


def _fill_values(sheet: Any, form: Form, head: Any) -> dict[str, str]:
    """Write one column per list of values and return the reference of each."""
    lists = {}
    rules = [rule for rule in form.rules.values() if rule.allowed]
    for place, rule in enumerate(rules):
        sheet.write_string(0, place, rule.name, head)
        sheet.write_column(1, place, rule.allowed)
        sheet.set_column(place, place, 22)
        letter = chr(ord("A") + place)
        lists[rule.name] = f"='{VALUES_SHEET}'!${letter}$2:${letter}${len(rule.allowed) + 1}"
    return lists


def _fill_guide(sheet: Any, form: Form, advice: Sequence[str], head: Any, wrap: Any) -> None:
    for row, words in enumerate(advice):
        sheet.write_string(row, 0, words)
    start = len(advice) + 1
    for place, (title, width) in enumerate(
        (
            ("Colonne", 22),
            ("Ce qu’elle veut dire", 60),
            ("Obligatoire", 24),
            ("Comment l’écrire", 60),
            ("Exemple (fictif)", 34),
            ("Valeurs", 40),
        )
    ):
        sheet.write_string(start, place, title, head)
        sheet.set_column(place, place, width)
    for row, rule in enumerate(form.rules.values(), start=start + 1):
        for place, cell in enumerate(guide_row(form, rule)):
            sheet.write_string(row, place, cell, wrap)


def guide_row(form: Form, rule: ColumnRule) -> tuple[str, ...]:
    """Name, meaning, mandatory or not, format, example and values of one column, in French."""
    mandatory = form.mandatory_words.get(rule.name, "oui" if rule.mandatory else "non")
    values = form.limits.get(rule.name, ", ".join(rule.allowed))
    shown = values if rule.closed or not rule.allowed else f"par exemple : {values}"
    return rule.name, rule.meaning, mandatory, rule.expected, rule.examples[0], shown
