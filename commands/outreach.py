"""``qpv outreach``: plan a door-to-door round, write its sheet; and read the filled sheet again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.common import AsJson, Assume, DataDir, TerritoryName, data_folder, settings, tell
from commands.forms import Out, tell_problems, write_template
from commands.tables import PlainTable, say
from geo.errors import BadInput
from geo.territory import parse_territory
from geo.words import counted

if TYPE_CHECKING:
    import pandas as pd

    from datasets.brought.examine import FormExamination
    from datasets.roads import RoadFiles
    from geo.outreach.assumptions import Assumptions
    from geo.outreach.round import Round

Met = Annotated[
    int | None,
    typer.Option("--met", help="Votre résultat passé : personnes rencontrées (avec --visited)."),
]
Visited = Annotated[
    int | None, typer.Option("--visited", help="Votre résultat passé : logements visités.")
]


def register(app: typer.Typer) -> None:
    app.command("outreach")(outreach)


def register_templates(app: typer.Typer) -> None:
    app.command("outreach")(template_outreach)
    app.command("ilots")(template_stops)


def register_checks(app: typer.Typer) -> None:
    app.command("outreach")(check_outreach_sheet)
    app.command("ilots")(check_stops_file)


def outreach(
    territory: TerritoryName,
    qpv: Annotated[str, typer.Argument(help="Code du quartier : QN04217M")],
    people: Annotated[int | None, typer.Option("--people", help="Personnes à rencontrer.")] = None,
    dwellings: Annotated[
        int | None, typer.Option("--dwellings", help="Logements à visiter.")
    ] = None,
    days: Annotated[
        int | None, typer.Option("--days", help="Jours dont dispose chaque médiateur.")
    ] = None,
    mediators: Annotated[int, typer.Option("--mediators", help="Médiateurs.")] = 1,
    passes: Annotated[
        int, typer.Option("--passes", help="Passages sur les mêmes logements : 1, 2 ou 3.")
    ] = 1,
    start: Annotated[
        str, typer.Option("--start", help="Premier jour (AAAA-MM-JJ) ; sans lui, pas de dates.")
    ] = "",
    met: Met = None,
    visited: Visited = None,
    pace: Annotated[
        float | None, typer.Option("--pace", help="Logements par jour et par médiateur.")
    ] = None,
    per_dwelling: Annotated[
        float, typer.Option("--people-per-dwelling", help="Habitants par logement (hypothèse).")
    ] = 2.2,
    per_door: Annotated[
        float,
        typer.Option("--people-per-door", help="Personnes par logement qui ouvre (hypothèse)."),
    ] = 1.0,
    week: Annotated[
        int, typer.Option("--days-per-week", help="Jours de tournée par semaine, du lundi.")
    ] = 5,
    stops: Annotated[
        Path | None,
        typer.Option("--stops", help="Votre liste de rues ou d'îlots (qpv template ilots)."),
    ] = None,
    roads: Annotated[
        list[Path] | None,
        typer.Option(
            "--roads",
            help="Extrait OpenStreetMap (.osm.pbf) pour l'ordre le long des rues ; sans lui, les "
            "rues gardées à la construction (qpv build --roads).",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Fiche à remplir : .xlsx ou .pdf.")
    ] = None,
    assume: Assume = None,
    as_json: AsJson = False,
    data: DataDir = None,
) -> None:
    """Préparer un porte-à-porte : logements, rencontres attendues, calendrier, tournée, fiche.

    Sans votre résultat (--met et --visited), le taux est celui de Roanne : 253 personnes pour 541
    logements. Donnez --people, ou --dwellings, ou --days seul.
    """
    from datasets.outreach.streets import walking_graph
    from datasets.store import load
    from geo import analyse
    from geo.outreach.plan import Asked
    from geo.outreach.record import round_record
    from geo.outreach.round import make_round

    assumptions = _assumptions(
        met, visited, own_pace=pace, people_per_dwelling=per_dwelling, people_per_door=per_door,
        days_per_week=week,
    )  # fmt: skip
    asked = Asked(people, dwellings, days, mediators, passes, start)
    if out is not None and out.suffix.lower() not in (".xlsx", ".pdf"):
        raise BadInput(f"--out {out} : attendu un nom qui finit par .xlsx ou .pdf.")
    listed = None if stops is None else _listed(stops)
    network = _network(roads or [], data)
    layers = load(parse_territory(territory).slug, data_folder(data))
    analysis = analyse(layers, settings(assume))
    graph = walking_graph(layers, qpv, network)
    made = make_round(analysis, layers, qpv, asked, assumptions, listed=listed, graph=graph)
    if analysis.fictional:
        tell("Données fictives : aucun chiffre ne décrit un lieu réel.")
    if as_json:
        record = round_record(made, analysis)
        typer.echo(json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False))
    else:
        _show(made)
    if out is not None:
        _write_sheet(made, analysis, out)


def template_outreach(out: Out = Path("modele-porte-a-porte.xlsx")) -> None:
    """Le relevé vide d'un porte-à-porte (qpv outreach … --out en écrit un déjà préparé)."""
    from datasets.outreach import SHEET_FORM

    write_template(out, SHEET_FORM, f"qpv check outreach {out}")


def template_stops(out: Out = Path("modele-ilots.xlsx")) -> None:
    """Le modèle d'une liste de rues ou d'îlots, avec leurs logements."""
    from datasets.outreach import STOPS_FORM

    write_template(out, STOPS_FORM, f"qpv outreach … --stops {out}")


def check_outreach_sheet(
    file: Path,
    plan: Annotated[
        Path | None,
        typer.Option("--plan", help="Le plan, tel que « qpv outreach … --json » l'écrit."),
    ] = None,
    met: Met = None,
    visited: Visited = None,
    as_json: AsJson = False,
) -> None:
    """Vérifier un relevé rempli, et le comparer au plan : taux de rencontre et son intervalle.

    Les effectifs de moins de 11 personnes sont cachés, avec ce qui les révélerait.
    """
    from datasets.outreach import check_sheet, sheet_lines
    from datasets.outreach.plan_file import read_plan
    from geo.outreach.result import result_frame, result_record, result_sentences, round_result

    known = read_plan(plan) if plan else None
    assumptions = known.assumptions if known and met is None else _assumptions(met, visited)
    examination = check_sheet(file, known.stops if known else None)
    _told(examination)
    if examination.refused:
        raise typer.Exit(1)
    result = round_result(sheet_lines(examination), assumptions)
    if as_json:
        record = result_record(result)
        typer.echo(json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False))
        return
    _table("Résultat par passage (observé)", result_frame(result))
    for sentence in result_sentences(result):
        typer.echo(sentence)


def check_stops_file(file: Path) -> None:
    """Vérifier une liste de rues ou d'îlots, ligne par ligne."""
    _listed(file)
    tell("Aucun problème bloquant.")


def _assumptions(met: int | None, visited: int | None, **others: Any) -> Assumptions:
    from geo.outreach.assumptions import Assumptions

    if (met is None) != (visited is None):
        raise BadInput("--met et --visited vont ensemble : personnes, logements visités.")
    own: dict[str, Any] = {} if met is None else {"met": met, "visited": visited}
    return Assumptions(**own, **others)


def _listed(path: Path) -> pd.DataFrame:
    from datasets.outreach import check_stops, stops_table

    examination = check_stops(path)
    _told(examination)
    if examination.refused:
        raise BadInput(f"{path.name} : liste refusée, rien n'est calculé.")
    return stops_table(examination)


def _told(examination: FormExamination) -> None:
    tell_problems(examination.problems, as_json=False)
    if examination.refused:
        lines = {(problem.file, problem.line) for problem in examination.refused}
        tell(f"{counted(len(lines), 'ligne')} à corriger : rien n'est calculé.")


def _network(roads: list[Path], data: Path | None) -> RoadFiles | None:
    from datasets.prepare import road_network

    return road_network(roads, data_folder(data), tell)


def _write_sheet(made: Round, analysis: Any, out: Path) -> None:
    from datasets.files import write_atomically
    from geo.outreach.printed import sheet_pdf_bytes
    from geo.outreach.sheet import sheet_xlsx_bytes

    write = sheet_pdf_bytes if out.suffix.lower() == ".pdf" else sheet_xlsx_bytes
    write_atomically(out, write(made, analysis))
    tell(f"Fiche écrite : {out}. Une fois remplie (.xlsx) : qpv check outreach FICHIER")


def _show(made: Round) -> None:
    from geo.outreach.assumptions import describe_outreach
    from geo.outreach.checklist import CHECKLIST
    from geo.outreach.record import (
        assumption_rows,
        help_lines,
        passes_frame,
        tour_frame,
        weeks_frame,
    )
    from geo.outreach.round import round_sentences

    fiction = " — données fictives" if made.fictional else ""
    typer.echo(f"Porte-à-porte : {made.name}{fiction}")
    for sentence in round_sentences(made):
        typer.echo(f"  • {sentence}")
    _table("Ce que donnent les passages (modélisé)", passes_frame(made))
    _table("Tournée", tour_frame(made))
    _table("Semaines", weeks_frame(made))
    typer.echo(f"Double exclusion : {made.exclusion['reason']}.")
    typer.echo(made.help_words)
    for line in help_lines(made):
        typer.echo(f"  • {line}")
    _table("Hypothèses", assumption_rows(describe_outreach(made.assumptions)))
    for item in CHECKLIST:
        typer.echo(f"  • {item.subject} : {item.text} [{item.source}]")


def _table(title: str, frame: pd.DataFrame) -> None:
    table = PlainTable(title, frame.columns)
    for row in frame.itertuples(index=False):
        table.add_row(*row)
    say(table)
