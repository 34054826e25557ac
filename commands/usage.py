"""A command that is badly written, said in French: the library underneath only speaks English."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

try:  # newer Typer carries its own Click, older ones use the library
    from typer._click import exceptions as click
except ImportError:
    from click import exceptions as click  # type: ignore[no-redef]

UsageError = click.UsageError
# Arguments have English names in the code; options are named as they are typed.
_ARGUMENTS = {
    "territory": "le territoire (TERRITORY : demo, dep:42, region:84…)",
    "file": "le fichier (FILE)",
    "code_qp": "le code du quartier (CODE_QP : QN04217M)",
    "qpv": "le code du quartier (QPV : QN04217M)",
    "archive": "l'archive (ARCHIVE)",
    "out": "le fichier à écrire (OUT)",
    "note": "le numéro de la note (NOTE)",
    "line": "la ligne de l'historique (LINE)",
}

# What is expected, by the name that Pydantic gives to what is wrong.
_EXPECTED = {
    "int_parsing": "un nombre entier",
    "int_from_float": "un nombre entier",
    "int_parsing_size": "un nombre entier moins grand",
    "float_parsing": "un nombre (le point pour les décimales)",
    "greater_than_equal": "un nombre d'au moins {ge}",
    "less_than_equal": "un nombre d'au plus {le}",
}


def is_help(error: UsageError) -> bool:
    """Whether a command without arguments has just shown its help: nothing more to say."""
    return type(error).__name__ == "NoArgsIsHelpError"


def in_french(error: UsageError) -> str:
    """What is wrong with the command line, and where to find help."""
    context = error.ctx
    path = context.command_path if context else "qpv"
    return f"{_wrong(error)} Aide : {path} --help"


def _wrong(error: UsageError) -> str:
    name = ""
    if isinstance(error, click.BadParameter) and error.param is not None:
        written = error.param.opts[0]
        name = _ARGUMENTS.get(written, written)
    if isinstance(error, click.MissingParameter):
        return f"il manque {name or 'un argument'}."
    if isinstance(error, click.NoSuchOption):
        near = get_close_matches(error.option_name, error.possibilities or [], n=1, cutoff=0.75)
        return f"l'option {error.option_name} n'existe pas{_near(near)}"
    if isinstance(error, click.BadParameter):
        return f"la valeur donnée à {name or 'un argument'} ne convient pas{_expected(error)}."
    if isinstance(error, click.BadOptionUsage):
        return f"l'option {error.option_name} attend une valeur."
    if "No such command" in error.message:
        asked, *near = re.findall(r"'([^']*)'", error.message)
        return f"la commande « {asked} » n'existe pas{_near(near)}"
    if extra := re.search(r"unexpected extra argument\S* \((.*)\)", error.message):
        return f"« {extra[1]} » est en trop."
    return f"la commande est mal écrite ({error.message})."


def _near(names: Sequence[str]) -> str:
    """The end of a sentence that names what was perhaps meant."""
    close = " ou ".join(f"« {name} »" for name in names)
    return f" ; vouliez-vous dire {close} ?" if close else "."


def _expected(error: click.BadParameter) -> str:
    """« : « abc » reçu, un nombre entier attendu »; '' when the library does not say what came.

    Newer Typer reads values by Pydantic, whose own error, told as the cause, holds the value.
    """
    causes: list[dict[str, Any]] = getattr(error.__cause__, "errors", list)()
    if not causes or causes[0]["type"] not in _EXPECTED:
        return ""
    words = _EXPECTED[causes[0]["type"]].format(**causes[0].get("ctx", {}))
    return f" : « {causes[0]['input']} » reçu, {words} attendu"
