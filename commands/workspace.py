"""``qpv workspace``: what a team shares, its history, its export and its import."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from commands.common import AsJson, tell
from commands.tables import PlainTable, say
from geo.errors import BadInput
from geo.words import counted, date_fr

Address = Annotated[
    str | None,
    typer.Option(
        "--workspace",
        help="Fichier ou base PostgreSQL (défaut : QPV_WORKSPACE, sinon un fichier du dossier "
        "personnel). Un mot de passe se donne plutôt par QPV_WORKSPACE : il ne se voit pas dans "
        "la liste des programmes.",
    ),
]
Role = Annotated[str, typer.Option("--role", help="Votre fonction, jamais un nom.")]
LastLines = Annotated[int, typer.Option("--last", min=1, max=10_000, help="Dernières lignes.")]
GROUP = typer.Typer(help="L'espace partagé d'une équipe.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    GROUP.command()(status)
    GROUP.command()(upgrade)
    GROUP.command("export")(export_all)
    GROUP.command("import")(import_all)
    GROUP.command()(purge)
    GROUP.command("list")(list_records)
    GROUP.command()(history)
    GROUP.command()(restore)
    app.add_typer(GROUP, name="workspace")


def status(workspace: Address = None, as_json: AsJson = False) -> None:
    """Où est l'espace partagé, sa révision, ce qu'il contient."""
    from datasets.workspace import open_workspace, records_of
    from datasets.workspace.kinds import KIND_WORDS, KINDS
    from datasets.workspace.opening import head

    opened = open_workspace(workspace)
    kept = records_of(opened, withdrawn=True)
    live = {kind: sum(one.kind == kind and not one.withdrawn for one in kept) for kind in KINDS}
    withdrawn = sum(one.withdrawn for one in kept)
    if as_json:
        _say({"place": opened.where.told, "revision": head(), "records": live,
              "withdrawn": withdrawn})  # fmt: skip
        return
    typer.echo(f"Espace partagé : {opened.where.told}, révision {head()}.")
    for kind, count in live.items():
        typer.echo(f"  {KIND_WORDS[kind]} : {count}")
    typer.echo(f"  retirés (gardés dans l'historique) : {withdrawn}")


def upgrade(workspace: Address = None) -> None:
    """Mettre la base à la révision de ce programme (un fichier est copié avant)."""
    from datasets.workspace import upgrade_workspace
    from datasets.workspace.where import find_workspace

    where = find_workspace(workspace)
    done = upgrade_workspace(where)
    if done.copy is not None:
        tell(f"Copie faite avant : {done.copy}")
    if done.before == done.after:
        tell(f"Espace partagé ({where.told}) : déjà à la révision {done.after}.")
    else:
        tell(f"Espace partagé ({where.told}) : révision {done.before or 'aucune'} → {done.after}.")


def export_all(
    out: Annotated[Path, typer.Argument(help="Archive .zip à écrire.")],
    workspace: Address = None,
) -> None:
    """Écrire tout l'espace (fiches, historique, fichiers) dans une archive."""
    from datasets.workspace import export_workspace, open_workspace

    done = export_workspace(open_workspace(workspace), out)
    tell(
        f"Écrit : {out} ({counted(done.records, 'fiche')}, "
        f"{counted(done.history, 'ligne')} d'historique, {counted(done.files, 'fichier')})."
    )


def import_all(
    archive: Annotated[Path, typer.Argument(help="Archive écrite par « qpv workspace export ».")],
    conflicts: Annotated[
        str,
        typer.Option(
            "--conflicts",
            help="Si les deux côtés ont changé la même fiche : refuse (rien n'est importé) ou both "
            "(celle de l'archive est gardée sous un autre nom).",
        ),
    ] = "refuse",
    workspace: Address = None,
) -> None:
    """Apporter une archive : toute ou rien, sans rien écraser."""
    from datasets.workspace import import_workspace, open_workspace

    if conflicts not in ("refuse", "both"):
        raise BadInput(f"--conflicts {conflicts} : refuse ou both attendu.")
    way: Any = conflicts
    done = import_workspace(open_workspace(workspace), archive, way)
    tell(f"Importé : {', '.join(done.told())}.")


def purge(
    keep: Annotated[
        Path, typer.Option("--keep", help="Archive .zip à écrire d'abord : tout l'espace.")
    ],
    everything: Annotated[
        bool, typer.Option("--all", help="Tout, et non les seules fiches retirées.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Effacer sans le demander.")] = False,
    workspace: Address = None,
) -> None:
    """Effacer pour de bon les fiches retirées, leur historique et leurs fichiers.

    Tout l'espace est d'abord exporté dans --keep : « qpv workspace import » le remet. Une copie
    faite lors d'une mise à jour de la base, ou par son administrateur, n'est pas effacée.
    """
    from datasets.workspace import open_workspace, purge_plan, purge_workspace
    from datasets.workspace.kinds import KIND_WORDS

    opened = open_workspace(workspace)
    planned = purge_plan(opened, everything)
    if not planned.records:
        tell("Rien à effacer.")
        return
    for one in planned.records:
        tell(f"  {KIND_WORDS[one.kind]} « {one.name} » ({one.territory})")
    tell(
        f"Seront effacés : {counted(len(planned.records), 'fiche')}, "
        f"{counted(planned.history, 'ligne')} d'historique, {counted(planned.files, 'fichier')} "
        f"de l'espace partagé ({opened.where.told})."
    )
    if not yes:
        said = typer.prompt("Tapez oui pour effacer", default="non", show_default=False, err=True)
        if said.strip().lower() != "oui":
            tell("Rien n'a été effacé.")
            raise typer.Exit(1)
    done = purge_workspace(opened, keep, everything)
    tell(f"Archive écrite : {keep}. Effacé : {counted(len(done.records), 'fiche')}.")


def list_records(
    territory: Annotated[str | None, typer.Argument(help="Un territoire (défaut : tous).")] = None,
    kind: Annotated[
        str | None,
        typer.Option("--kind", help="scenario, overrides, note, monitoring ou mediation."),
    ] = None,
    withdrawn: Annotated[
        bool, typer.Option("--withdrawn", help="Avec ce qui a été retiré.")
    ] = False,
    workspace: Address = None,
    as_json: AsJson = False,
) -> None:
    """Ce que l'espace partagé contient."""
    from datasets.workspace import open_workspace, records_of
    from datasets.workspace.kinds import KIND_WORDS, KINDS

    if kind is not None and kind not in KINDS:
        raise BadInput(f"--kind {kind} : {', '.join(KINDS)} attendu.")
    found = records_of(open_workspace(workspace), kind, territory, withdrawn=withdrawn)
    if as_json:
        _say({"records": [dict(vars(one)) for one in found]})
        return
    rows = [
        (one.id, KIND_WORDS[one.kind], one.territory, one.name, str(one.version),
         when(one.changed), one.role + (" (retiré)" if one.withdrawn else ""))
        for one in found
    ]  # fmt: skip
    show("Espace partagé", ("Numéro", "Sorte", "Territoire", "Nom", "Version", "Changé (UTC)",
         "Par"), rows)  # fmt: skip


def history(
    record: Annotated[
        str | None, typer.Argument(help="Numéro d'une fiche (défaut : tout).")
    ] = None,
    last: LastLines = 50,
    workspace: Address = None,
    as_json: AsJson = False,
) -> None:
    """Qui a changé quoi, et quand ; rien n'en est effacé, sinon par une purge."""
    from datasets.workspace import find, history_of, last_lines, open_workspace
    from datasets.workspace.history import ACTION_WORDS

    opened = open_workspace(workspace)
    if record is None:
        found = last_lines(opened, last)[::-1]
    else:
        found = history_of(opened, find(opened, record).id)[-last:]
    if as_json:
        _say({"history": [dict(vars(line)) for line in found]})
        return
    rows = [
        (str(line.line), when(line.at), ACTION_WORDS[line.action], str(line.after["name"]),
         str(line.version), line.role, line.record_id)
        for line in found
    ]  # fmt: skip
    show("Historique", ("Ligne", "Date (UTC)", "Action", "Nom", "Version", "Par", "Numéro"), rows)
    tell("Remettre une fiche comme une ligne l'a laissée : qpv workspace restore LIGNE --role …")


def restore(
    line: Annotated[int, typer.Argument(help="Ligne de l'historique.")],
    role: Role,
    before: Annotated[
        bool, typer.Option("--before", help="L'état d'avant cette ligne : annuler ce changement.")
    ] = False,
    workspace: Address = None,
) -> None:
    """Remettre une fiche dans l'état d'une ligne de son historique."""
    from datasets.workspace import open_workspace
    from datasets.workspace import restore as put_back
    from datasets.workspace.resolve import told

    made = put_back(open_workspace(workspace), line, role, "before" if before else "after")
    tell(f"{told(made)} : {'retiré' if made.withdrawn else 'remis'}.")


def when(moment: str) -> str:
    """``15/01/2026 09:30``."""
    return f"{date_fr(moment)} {moment[11:16]}"


def show(title: str, headings: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    """A table, or a word that there is nothing."""
    if not rows:
        typer.echo("Rien.")
        return
    table = PlainTable(title, headings)
    for row in rows:
        table.add_row(*row)
    say(table)


def _say(content: dict[str, Any]) -> None:
    typer.echo(json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False))
