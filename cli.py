"""Terminal face: the console command ``qpv``.

Results go to standard output, words for the person to standard error. Any error raised on purpose
ends with one message in French and exit code 1.
"""

from __future__ import annotations

import sys

import typer

from commands import access, data, look, mediation
from commands.common import tell
from geo.errors import QpvError

app = typer.Typer(
    name="qpv",
    help="Accès aux soins et médiation en santé dans les quartiers prioritaires (QPV).",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for room in (data, look, mediation, access):
    room.register(app)


def main() -> None:
    """Entry point: every error raised on purpose becomes one French message and exit code 1."""
    try:
        app()
    except QpvError as error:
        tell(f"Erreur : {error}")
        sys.exit(1)
    except BrokenPipeError:
        sys.exit(0)
    except KeyboardInterrupt:
        tell("Arrêté. Rien de ce qui était construit n'a changé.")
        sys.exit(130)


if __name__ == "__main__":
    main()
