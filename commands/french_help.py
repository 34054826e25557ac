"""The frame of every ``--help`` in French: the library underneath draws it in English only."""

from __future__ import annotations

from typing import Any

import typer
from typer import rich_utils
from typer.core import TyperCommand, TyperGroup

_HELP = "Afficher cette aide et s'arrêter."
_USAGE = "Emploi : "
_SETTINGS = "[réglages]"
_SUBCOMMAND = "COMMANDE …"
# How the library tells the kind of value of an option; a flag takes none.
_KINDS = {
    "<bool>": "",
    "<str>": "<texte>",
    "<path>": "<chemin>",
    "<float>": "<nombre>",
    "<int>": "<entier>",
    "<int range>": "<entier>",
    "<float range>": "<nombre>",
    "<list[Path]>": "<chemins>",
    "<list[str]>": "<textes>",
}
_FRAME = {
    "ARGUMENTS_PANEL_TITLE": "À indiquer",
    "OPTIONS_PANEL_TITLE": "Réglages",
    "COMMANDS_PANEL_TITLE": "Commandes",
    "ERRORS_PANEL_TITLE": "Erreur",
    "REQUIRED_LONG_STRING": "[obligatoire]",
    "DEFAULT_STRING": "[par défaut : {}]",
    "ENVVAR_STRING": "[variable d'environnement : {}]",
    "DEPRECATED_STRING": "(abandonné) ",
    "ABORTED_TEXT": "Arrêté.",
}


class _InFrench:
    """What a command and a group of commands say in the same way."""

    def get_help_option(self, ctx: Any) -> Any:
        found = super().get_help_option(ctx)  # type: ignore[misc]
        if found is not None:
            found.help = _HELP
        return found

    def get_params(self, ctx: Any) -> Any:
        """The parameters, each with the kind of its value in French."""
        found = super().get_params(ctx)  # type: ignore[misc]
        for param in found:
            kind = param.display_type_rich(ctx)
            # ``metavar`` would do for options, but it renames an argument.
            param.display_type_rich = lambda ctx, kind=kind: _KINDS.get(kind, kind)
        return found

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        pieces = " ".join(self.collect_usage_pieces(ctx))  # type: ignore[attr-defined]
        formatter.write_usage(ctx.command_path, pieces, prefix=_USAGE)


class FrenchCommand(_InFrench, TyperCommand):
    """A command whose help is in French."""


class FrenchGroup(_InFrench, TyperGroup):
    """A group of commands whose help is in French."""


def in_french(app: typer.Typer) -> None:
    """Put the help of ``app``, of its commands and of its groups in French.

    To be called once all is registered.
    """
    for name, words in _FRAME.items():
        setattr(rich_utils, name, words)
    _each(app)


def _each(app: typer.Typer) -> None:
    for command in app.registered_commands:
        command.cls, command.options_metavar = FrenchCommand, _SETTINGS
    _group(app.info)
    if app.registered_callback is not None:
        app.registered_callback.options_metavar = _SETTINGS
    for group in app.registered_groups:
        if group.typer_instance is not None:
            _each(group.typer_instance)
            group.cls = group.typer_instance.info.cls
        _group(group)


def _group(info: Any) -> None:
    # One that is French already has ways of its own.
    if not (isinstance(info.cls, type) and issubclass(info.cls, FrenchGroup)):
        info.cls = FrenchGroup
    info.options_metavar, info.subcommand_metavar = _SETTINGS, _SUBCOMMAND
