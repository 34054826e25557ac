"""``qpv allocate``: where to put N posts, on anybody's tables of demand, sites and times."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from commands.common import AsJson, tell
from commands.tables import PlainTable, say
from datasets.system_errors import system_fr
from geo.errors import BadInput
from geo.words import counted, euros, number

_HELP = (
    "Où mettre N postes pour servir le plus de monde, avec la preuve ou l'écart.\n\n"
    "D.csv : id, weight (personnes à accompagner)[, priority, double_peine (1 ou 0), tier (1 : les "
    "plus mal lotis)]. S.csv : id[, departement, cost (€ par poste)]. T.csv : demand_id, site_id, "
    "minutes ; un couple absent est hors de portée ; à --reach minutes tout juste, il est à "
    "portée. Séparateur, encodage et virgule décimale sont reconnus.\n\n"
    "Sans --capacity, un site ouvert sert tous ceux qui sont à sa portée, un poste par site "
    "(couverture maximale, MCLP) : seul qui connaît l'unité de weight peut dire combien un poste "
    "en sert. Pour des personnes à accompagner dans l'année, le repère est 118 (de 100 à 150).\n\n"
    "À égalité, le choix est toujours le même : le moins de postes, puis les "
    "premiers codes de site."
)


def register(app: typer.Typer) -> None:
    """Add ``allocate`` to the commands of ``app``."""
    app.command("allocate", help=_HELP)(allocate)


def allocate(
    demand: Annotated[Path, typer.Option("--demand", help="Tableau D de la demande.")],
    sites: Annotated[Path, typer.Option("--sites", help="Tableau S des sites candidats.")],
    times: Annotated[Path, typer.Option("--times", help="Tableau T des temps de trajet.")],
    reach: Annotated[float, typer.Option("--reach", help="Portée en minutes, comprise.")],
    posts: Annotated[float | None, typer.Option("--posts", help="Nouveaux postes.")] = None,
    budget: Annotated[float | None, typer.Option("--budget", help="Budget, € par an.")] = None,
    cost: Annotated[float, typer.Option("--cost", help="Coût d'un poste, € par an.")] = 52_900.0,
    fixed: Annotated[
        Path | None, typer.Option("--fixed", help="Postes existants : site_id, posts.")
    ] = None,
    capacity: Annotated[
        float | None, typer.Option("--capacity", help="Personnes par poste (sinon : sans limite).")
    ] = None,
    step: Annotated[float, typer.Option("--step", help="Plus petite part de poste.")] = 1.0,
    max_per_site: Annotated[
        float | None, typer.Option("--max-per-site", help="Nouveaux postes au plus par site.")
    ] = None,
    floor: Annotated[
        Path | None, typer.Option("--floor", help="Planchers : departement, posts.")
    ] = None,
    ceiling: Annotated[
        Path | None, typer.Option("--ceiling", help="Plafonds : departement, posts.")
    ] = None,
    count_fixed: Annotated[
        bool, typer.Option("--count-fixed", help="Planchers et plafonds comptent l'existant.")
    ] = False,
    force: Annotated[
        list[str] | None, typer.Option("--force", help="Site imposé : ID ou ID=POSTES.")
    ] = None,
    forbid: Annotated[list[str] | None, typer.Option("--forbid", help="Site exclu : ID.")] = None,
    objective: Annotated[
        str,
        typer.Option("--objective", help="people, weighted, double-peine, worst-off ou min-share."),
    ] = "people",
    gap: Annotated[
        float, typer.Option("--gap", help="S'arrêter à cet écart prouvé (0,005 : 0,5 %).")
    ] = 0.0,
    seconds: Annotated[float, typer.Option("--seconds", help="Temps de calcul.")] = 60.0,
    gains: Annotated[
        bool, typer.Option("--gains", help="Ce qu'apporte chaque poste de plus.")
    ] = False,
    losses: Annotated[
        bool, typer.Option("--losses", help="Ce que coûte chaque choix imposé.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", help="JSON à écrire (remplacé d'un bloc).")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Read, allocate, tell; nothing is written when anything is wrong."""
    from datasets.allocation_files import read_tables
    from datasets.files import write_atomically
    from geo.allocation import Rules, study, to_record
    from geo.allocation import allocate as place

    if not (math.isfinite(reach) and reach >= 0):
        raise BadInput(f"--reach {reach:g} : attendu un nombre de minutes positif ou nul.")
    inputs = [path for path in (demand, sites, times, fixed, floor, ceiling) if path]
    _refuse_overwriting(out, inputs)
    rules = Rules(
        posts=posts,
        budget_eur=budget,
        cost_eur=cost,
        capacity=math.inf if capacity is None else capacity,
        step=step,
        max_per_site=max_per_site,
        count_fixed=count_fixed,
        forced=tuple(_forced(text) for text in force or ()),
        forbidden=tuple(forbid or ()),
        objective=objective.replace("-", "_"),
        gap=gap,
        time_limit_s=seconds,
    )
    tables = read_tables(demand, sites, times, reach, fixed=fixed, floors=floor, ceilings=ceiling)
    for problem in tables.notes:
        tell(f"{problem.file} : {problem.message}")
    rules = replace(rules, floors=tables.floors, ceilings=tables.ceilings)
    found = place(tables.problem, rules)
    record = {**to_record(found), "reach_min": reach, "reach_edge": "le"}
    if gains:
        record["gains"] = study.gains_record(study.gains(tables.problem, rules))
    if losses:
        record["losses"] = study.losses_record(study.losses(tables.problem, rules, found))
    text = json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False)
    if out is not None:
        try:
            write_atomically(out, (text + "\n").encode("utf-8"))
        except OSError as error:
            raise BadInput(f"{out} ne peut pas être écrit : {system_fr(error)}.") from error
    for note in found.notes:
        tell(note)
    if as_json:
        typer.echo(text)
    else:
        _show(record)
    if out is not None:
        tell(f"Écrit : {out}")


def _forced(text: str) -> tuple[str, float]:
    name, equal, figure = text.rpartition("=")
    if not equal:
        return text, 1.0
    try:
        return name, float(figure.replace(",", "."))
    except ValueError:
        raise BadInput(
            f"--force « {text} » : attendu ID ou ID=POSTES, par exemple S4=0.5."
        ) from None


def _refuse_overwriting(out: Path | None, inputs: list[Path]) -> None:
    if out is None:
        return
    for path in inputs:
        if out.resolve() == path.resolve():
            raise BadInput(f"--out {out} écraserait un tableau lu. Choisissez un autre nom.")
    if out.is_dir():
        raise BadInput(f"--out {out} est un dossier : attendu un nom de fichier JSON.")


def _show(record: dict[str, Any]) -> None:

    table = PlainTable(
        "Sites", ("Site", "Département", "Existants", "Nouveaux", "Personnes", "Choix")
    )
    for site in record["sites"]:
        table.add_row(
            site["site_id"],
            site["departement"],
            _posts(site["fixed_posts"]),
            _posts(site["new_posts"]),
            number(site["people"], 1),
            site["choice"],
        )
    say(table)
    used = record["posts"]["used"]
    lines = [
        f"Objectif : {number(record['objective'], 2)} ; aucune solution ne dépasse "
        f"{number(record['bound'], 2)} : {record['status']}.",
        f"{counted(used, 'poste', decimals=0 if float(used).is_integer() else 1)} "
        f"({euros(record['cost_eur'])} par an) ; {number(record['people_served'], 0)} personnes "
        f"accompagnées, {number(record['people_residual'], 0)} restent.",
        record["ties"],
    ]
    lines += [
        f"{counted(row['posts'], 'poste')} : {number(row['objective'], 2)}, soit "
        f"{number(row['gain'], 2)} de plus"
        for row in record.get("gains", ())
        if row["gain"] is not None
    ]
    lines += [row["sentence"] for row in record.get("losses", {}).get("choices", ())]
    for line in lines:
        say(line)


def _posts(value: float) -> str:
    return number(value, 0 if float(value).is_integer() else 2)
