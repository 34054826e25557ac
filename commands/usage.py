"""A command that is badly written, said in French: the library underneath only speaks English."""

from __future__ import annotations

try:  # newer Typer carries its own Click, older ones use the library
    from typer._click import exceptions as click
except ImportError:
    from click import exceptions as click  # type: ignore[no-redef]

UsageError = click.UsageError


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
        name = error.param.opts[0]
    if isinstance(error, click.MissingParameter):
        return f"il manque {name or 'un argument'}."
    if isinstance(error, click.NoSuchOption):
        return f"l'option {error.option_name} n'existe pas."
    if isinstance(error, click.BadParameter):
        return f"la valeur donnée à {name or 'un argument'} ne convient pas."
    if isinstance(error, click.BadOptionUsage):
        return f"l'option {error.option_name} attend une valeur."
    if "No such command" in error.message:
        return f"la commande {error.message.split()[-1].rstrip('.')} n'existe pas."
    return f"la commande est mal écrite ({error.message})."
