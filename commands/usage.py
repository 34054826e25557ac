"""A command that is badly written, said in French: the library underneath only speaks English."""

from __future__ import annotations

import re

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
        return f"l'option {error.option_name} n'existe pas."
    if isinstance(error, click.BadParameter):
        return f"la valeur donnée à {name or 'un argument'} ne convient pas."
    if isinstance(error, click.BadOptionUsage):
        return f"l'option {error.option_name} attend une valeur."
    if "No such command" in error.message:
        asked, *near = re.findall(r"'([^']*)'", error.message)
        close = " ou ".join(f"« {name} »" for name in near)
        return f"la commande « {asked} » n'existe pas" + (
            f" ; vouliez-vous dire {close} ?" if near else "."
        )
    if extra := re.search(r"unexpected extra argument\S* \((.*)\)", error.message):
        return f"« {extra[1]} » est en trop."
    return f"la commande est mal écrite ({error.message})."
