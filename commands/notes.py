"""``qpv notes``: what people on the ground know of a quarter, and the ranking with and without."""

from __future__ import annotations

import datetime as dt
import json
from typing import Annotated, Any

import typer

from commands.common import AsJson, Assume, DataDir, TerritoryName, data_folder, settings, tell
from commands.workspace import Address, Role, show
from geo.components import EFFECTS, MOST_NOTE_POINTS
from geo.territory import parse_territory
from geo.words import as_written, counted, date_fr

NoteNumber = Annotated[str, typer.Argument(help="Numéro de la note.")]
GROUP = typer.Typer(help="Les notes de terrain sur les quartiers.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    GROUP.command("add")(add)
    GROUP.command("list")(list_notes)
    GROUP.command()(correct)
    GROUP.command()(withdraw)
    GROUP.command()(restore)
    GROUP.command()(rank)
    app.add_typer(GROUP, name="notes")


def add(
    territory: TerritoryName,
    code_qp: Annotated[str, typer.Argument(help="Code du quartier (QN…).")],
    motive: Annotated[str, typer.Option("--motive", help="Le fait connu, sans nom de personne.")],
    role: Role,
    date: Annotated[
        str | None, typer.Option("--date", help="AAAA-MM-JJ (défaut : aujourd'hui).")
    ] = None,
    effect: Annotated[str, typer.Option("--effect", help=" ou ".join(EFFECTS) + ".")] = "aucun",
    points: Annotated[
        float, typer.Option("--points", help="Pour l'effet « points » : de -5 à 5.")
    ] = 0.0,
    workspace: Address = None,
    data: DataDir = None,
) -> None:
    """Ajouter une note datée et signée d'une fonction."""
    from datasets.store import load
    from datasets.workspace import add_note, open_workspace
    from geo.priority.notes import Note

    slug = parse_territory(territory).slug
    known = set(load(slug, data_folder(data))["qpv"]["code_qp"])
    day = date or dt.date.today().isoformat()
    note = Note(code_qp, motive, day, role, effect, points)  # type: ignore[arg-type]
    made = add_note(open_workspace(workspace), slug, note, known)
    tell(f"Note gardée : {made.id} ({made.name}).")


def list_notes(
    territory: TerritoryName,
    code_qp: Annotated[str | None, typer.Option("--qpv", help="Un seul quartier.")] = None,
    withdrawn: Annotated[
        bool, typer.Option("--withdrawn", help="Les notes retirées, et non celles en cours.")
    ] = False,
    workspace: Address = None,
    as_json: AsJson = False,
) -> None:
    """Les notes en cours d'un territoire, de la plus ancienne à la plus récente."""
    from datasets.workspace import notes_of, open_workspace, withdrawn_notes
    from geo.priority.notes import effect_words

    slug = parse_territory(territory).slug
    listed = withdrawn_notes if withdrawn else notes_of
    found = listed(open_workspace(workspace), slug, code_qp)
    if as_json:
        notes = [{"id": record.id, **record.body} for record, _ in found]
        typer.echo(json.dumps({"notes": notes}, ensure_ascii=False, indent=1, allow_nan=False))
        return
    rows = [
        (record.id, note.code_qp, date_fr(note.date), effect_words(note), note.motive, note.role)
        for record, note in found
    ]
    show(
        "Notes retirées" if withdrawn else "Notes de terrain",
        ("Numéro", "Quartier", "Date", "Effet", "Motif", "Par"),
        rows,
    )


def correct(
    note: NoteNumber,
    role: Role,
    motive: Annotated[str | None, typer.Option("--motive", help="Le fait connu, corrigé.")] = None,
    date: Annotated[str | None, typer.Option("--date", help="AAAA-MM-JJ.")] = None,
    effect: Annotated[str | None, typer.Option("--effect", help=" ou ".join(EFFECTS) + ".")] = None,
    points: Annotated[
        float | None, typer.Option("--points", help="Pour l'effet « points » : de -5 à 5.")
    ] = None,
    workspace: Address = None,
) -> None:
    """Corriger une note : ce qui n'est pas donné ne change pas ; l'historique garde l'ancienne."""
    from dataclasses import replace

    from datasets.workspace import correct_note, find_note, open_workspace
    from datasets.workspace.contents import note_of

    opened = open_workspace(workspace)
    read = find_note(opened, note)
    given = {"motive": motive, "date": date, "effect": effect, "points": points}
    if effect not in (None, "points") and points is None:
        given["points"] = 0.0
    changed: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    made = correct_note(
        opened, note, replace(note_of(read.body), **changed, role=role), read.version
    )
    tell(
        f"Note corrigée : {made.name}, version {made.version}. "
        f"Ce qu'elle disait : qpv workspace history {made.id}"
    )


def restore(note: NoteNumber, role: Role, workspace: Address = None) -> None:
    """Rétablir une note retirée, telle qu'elle était."""
    from datasets.workspace import open_workspace, put_back_note

    made = put_back_note(open_workspace(workspace), note, role)
    tell(f"Note rétablie : {made.name}.")


def withdraw(
    note: NoteNumber,
    role: Role,
    workspace: Address = None,
) -> None:
    """Retirer une note : elle reste dans l'historique et peut être remise."""
    from datasets.workspace import open_workspace, withdraw_note

    made = withdraw_note(open_workspace(workspace), note, role)
    tell(f"Note retirée : {made.name}. Pour la remettre : qpv notes restore {made.id} --role …")


def rank(
    territory: TerritoryName,
    posts: Annotated[int, typer.Option("--posts", min=1, help="Nombre de postes.")],
    max_points: Annotated[
        float,
        typer.Option(
            "--max-points", help="Écart le plus grand des notes sur un score (hypothèse)."
        ),
    ] = MOST_NOTE_POINTS,
    assume: Assume = None,
    workspace: Address = None,
    data: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Le classement avec et sans les notes, côte à côte."""
    from datasets.store import load
    from datasets.workspace import notes_of, open_workspace
    from geo import analyse
    from geo.priority import Rules, default_criteria, rank_quarters, ranking_table
    from geo.priority.notes import NoteRules, side_by_side, with_notes

    slug = parse_territory(territory).slug
    notes = [note for _, note in notes_of(open_workspace(workspace), slug)]
    analysis = analyse(load(slug, data_folder(data)), settings(assume))
    rules = Rules(default_criteria(analysis.parameters))
    ranking = rank_quarters(ranking_table(analysis), rules, posts)
    table = with_notes(ranking, notes, rules=NoteRules(max_points))
    names = dict(zip(analysis.qpv["code_qp"], analysis.qpv["label"], strict=True))
    if as_json:
        record: dict[str, Any] = {
            "territory": analysis.territory,
            "fictional": analysis.fictional,
            "posts": posts,
            "notes": len(notes),
            "max_points": max_points,
            "status": "modelled",
            "rows": json.loads(table.to_json(orient="records", force_ascii=False)),
        }
        typer.echo(json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False))
        return
    frame = side_by_side(table, names)
    rows = [tuple(row) for row in frame.itertuples(index=False)]
    title = (
        f"Classement sans et avec {counted(len(notes), 'note')}, {counted(posts, 'poste')} ; écart "
        f"d'au plus {as_written(max_points)} points (hypothèse)"
    )
    title += " (données fictives)" if analysis.fictional else ""
    show(title, tuple(frame.columns), rows)
    tell("Scores modélisés ; un quartier absent du tableau ne change pas et n'a pas de note.")
