"""``qpv practices``: cards searched, compared, or suggested for a QPV with the reasons."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.common import AsJson, DataDir, data_folder, tell
from commands.forms import Out, tell_examined, write_template
from commands.tables import say
from geo.errors import BadInput
from geo.words import counted

if TYPE_CHECKING:
    from geo.practices import Card, Suggestion


def register(app: typer.Typer) -> None:
    app.command()(practices)


def register_templates(app: typer.Typer) -> None:
    app.command("fiches")(template_cards)


def register_checks(app: typer.Typer) -> None:
    app.command("fiches")(check_cards_file)


def template_cards(out: Out = Path("modele-fiches.xlsx")) -> None:
    """Le modèle des fiches de pratiques à ajouter à la banque."""
    from datasets.practices import FICHES_FORM

    write_template(out, FICHES_FORM, f"qpv check fiches {out}")


def check_cards_file(file: Path, as_json: AsJson = False) -> None:
    """Vérifier un fichier de fiches de pratiques, ligne par ligne."""
    from datasets.practices import check_cards, packaged_cards

    examination = check_cards(file, [card.id for card in packaged_cards()])
    tell_examined(examination, as_json, "fiche utilisable", "fiches utilisables")


def practices(
    search: Annotated[str, typer.Option("--search", help="Mots à trouver, tous.")] = "",
    departement: Annotated[str, typer.Option("--departement", help="Code : 42, 2A.")] = "",
    problem: Annotated[
        str, typer.Option("--problem", help="droits, medecin, depistage, numerique, aller-vers …")
    ] = "",
    near: Annotated[str, typer.Option("--near", help="Fiches voisines de ce QPV.")] = "",
    territory: Annotated[
        str, typer.Option("--territory", help="Territoire construit où est le QPV de --near.")
    ] = "",
    compare: Annotated[
        str, typer.Option("--compare", help="Deux fiches côte à côte : ID,ID.")
    ] = "",
    cards: Annotated[
        Path | None, typer.Option("--cards", help="Fiches à ajouter (qpv template fiches).")
    ] = None,
    as_json: AsJson = False,
    data: DataDir = None,
) -> None:
    """La banque de pratiques : chercher, filtrer, comparer, lire les voisines d'un quartier."""
    from geo.practices import PROBLEMS, Suggestion, search_cards
    from geo.schema import QPV_2024_CODE
    from geo.territory import departement_of_qpv

    if problem and problem not in PROBLEMS:
        raise BadInput(f"--problem {problem} : attendu {', '.join(PROBLEMS)}.")
    known = _cards(cards)
    found = search_cards(known, search, departement.upper(), [problem] if problem else [])
    told = [Suggestion(card, ()) for card in found]
    if near:
        code = near.strip().upper()
        if not re.fullmatch(QPV_2024_CODE, code):
            raise BadInput(f"--near « {near} » : attendu le code d'un quartier, QN04217M.")
        told = _near(found, code, territory or f"dep:{departement_of_qpv(code)}", data)
    if compare:
        _compare(known, compare, as_json)
        return
    if as_json:
        typer.echo(_json(told, near))
        return
    _print(told, near)


def _cards(brought: Path | None) -> list[Card]:
    from datasets.brought.examine import described
    from datasets.practices import packaged_cards, read_cards

    known = list(packaged_cards())
    if brought is None:
        return known
    more, examination = read_cards(brought, [card.id for card in known])
    for problem in examination.problems:
        tell(f"  {'Refusé' if problem.kind == 'rejected' else 'À savoir'} — {described(problem)}")
    return [*known, *more]


def _near(cards: Sequence[Card], code: str, territory: str, data: Path | None) -> list[Suggestion]:
    from datasets.store import load
    from geo import analyse
    from geo.practices import suggestions
    from geo.territory import parse_territory

    slug = "demo" if territory == "dep:99" else parse_territory(territory).slug
    analysis = analyse(load(slug, data_folder(data)))
    if code not in set(analysis.comparators["code_qp"]):
        raise BadInput(
            f"{code} n'est pas dans {analysis.territory}. À faire : donnez --territory, par "
            "exemple --territory region:84."
        )
    return suggestions(cards, analysis, code)


def _json(told: Sequence[Suggestion], near: str) -> str:
    from geo.practices import SCALE_UNKNOWN_FR, card_record
    from geo.practices.cards import NEVER_MEAN_FR
    from geo.practices.near import NOT_ADVICE_FR

    record = {
        "near": near or None,
        "cards": [card_record(one.card) | {"reasons_fr": list(one.reasons)} for one in told],
        "notes_fr": [SCALE_UNKNOWN_FR, NEVER_MEAN_FR, *([NOT_ADVICE_FR] if near else [])],
    }
    return json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False)


def _print(told: Sequence[Suggestion], near: str) -> None:
    from geo.practices.cards import NEVER_MEAN_FR, UNTOLD_FR, problems_fr, scores_fr
    from geo.practices.near import NOT_ADVICE_FR

    tell(f"{counted(len(told), 'fiche')}.")
    for one in told:
        card = one.card
        lines = [
            f"[{card.id}] {card.title} — {card.place or UNTOLD_FR}, {card.year or UNTOLD_FR}",
            *(f"  Pourquoi : {reason}" for reason in one.reasons),
            f"  {card.summary or UNTOLD_FR}",
            f"  Acteurs : {', '.join(card.actors) or UNTOLD_FR}",
            f"  Problèmes : {problems_fr(card)}",
            f"  {scores_fr(card)}",
            f"  Contact : {card.contact_role or UNTOLD_FR} ; source : {card.source or UNTOLD_FR} ; "
            f"lien : {card.link or UNTOLD_FR}",
        ]
        say("\n".join(lines))
    say(NEVER_MEAN_FR)
    if near:
        say(NOT_ADVICE_FR)


def _compare(known: Sequence[Card], asked: str, as_json: bool) -> None:
    from geo.practices import compared

    by_id = {card.id: card for card in known}
    names = [name.strip() for name in asked.split(",") if name.strip()]
    unknown = [name for name in names if name not in by_id]
    if unknown or len(names) < 2:
        raise BadInput(f"--compare {asked} : deux identifiants attendus, parmi {', '.join(by_id)}.")
    frame = compared([by_id[name] for name in names])
    if as_json:
        typer.echo(frame.to_json(orient="records", force_ascii=False, indent=1))
        return
    for row in frame.itertuples(index=False):
        told = " | ".join(str(cell) for cell in row[1:])
        say(f"{row[0]} : {told}")
