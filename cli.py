"""Terminal face: the console command ``qpv``.

Results go to standard output, words for the person to standard error. Any error raised on purpose
ends with one message in French and exit code 1.
"""

from __future__ import annotations

import sys

import typer

from commands.common import tell
from commands.french_help import in_french as help_in_french
from commands.rooms import Root
from commands.usage import UsageError, in_french, is_help
from datasets.system_errors import place_of, system_fr
from geo.errors import QpvError

app = typer.Typer(
    name="qpv",
    cls=Root,
    help="Accès aux soins et médiation en santé dans les quartiers prioritaires (QPV).",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.callback()(lambda: None)  # without a command of its own, an application is refused
help_in_french(app)


def main() -> None:
    """Entry point: every error raised on purpose becomes one French message and exit code 1."""
    try:
        # Out of standalone mode an Exit comes back as a value.
        sys.exit(app(standalone_mode=False) or 0)
    except UsageError as error:
        if not is_help(error):
            tell(f"Erreur : {in_french(error)}")
        sys.exit(2)
    except typer.Abort:
        sys.exit(130)
    # Some of ours are OSError too, and a closed pipe is one: they come first.
    except QpvError as error:
        tell(f"Erreur : {error}")
        sys.exit(1)
    except BrokenPipeError:
        sys.exit(0)
    except OSError as error:
        tell(
            f"Erreur : {place_of(error)} ne peut pas être lu ou écrit ({system_fr(error)}). "
            "À faire : vérifiez le chemin, les droits et la place sur le disque."
        )
        sys.exit(1)
    except KeyboardInterrupt:
        tell("Arrêté. Rien de ce qui était construit n'a changé.")
        sys.exit(130)


if __name__ == "__main__":
    main()
