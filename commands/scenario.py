"""``qpv scenario``: what if a practice, a health centre or a mediator came, moved or closed."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.common import (
    AsJson,
    Assume,
    DataDir,
    TerritoryName,
    called,
    data_folder,
    settings,
    tell,
)
from commands.tables import PlainTable, say
from geo.territory import parse_territory
from geo.words import number

if TYPE_CHECKING:
    from geo.scenarios import Effects


def register(app: typer.Typer) -> None:
    app.command()(scenario)


def register_templates(app: typer.Typer) -> None:
    app.command("scenario")(template_scenario)


def template_scenario(
    out: Annotated[Path, typer.Option("--out", help="Fichier .toml à écrire.")] = Path(
        "scenario.toml"
    ),
) -> None:
    """Le modèle d'un scénario : cabinets, centres de santé, médiateurs."""
    from datasets.scenario_files import write_scenario_template

    write_scenario_template(out)
    tell(f"Modèle écrit : {out}. Une fois rempli : qpv scenario TERRITOIRE {out}")


def scenario(
    territory: TerritoryName,
    file: Annotated[Path, typer.Argument(help="Scénario (.toml).")],
    against: Annotated[
        Path | None, typer.Option("--against", help="Un second scénario, à comparer.")
    ] = None,
    assume: Assume = None,
    as_json: AsJson = False,
    data: DataDir = None,
) -> None:
    """Un scénario : avant et après pour chaque QPV, qui gagne et qui perd."""
    from datasets.scenario_files import read_scenario
    from datasets.store import load
    from geo.scenarios import effects

    # Both files are judged before anything is reckoned.
    wanted = [read_scenario(path) for path in (file, against) if path is not None]
    parameters = settings(assume)
    layers = load(parse_territory(territory).slug, data_folder(data))
    start = time.perf_counter()
    found: list[Effects] = []
    for one in wanted:
        before = found[0].before if found else None
        found.append(effects(layers, one, parameters, before))
    spent = time.perf_counter() - start
    tell(
        f"{number(len(found) + 1)} analyses complètes du territoire en {number(spent, 1)} s : un "
        "lieu de plus ou de moins change le partage de l'offre partout autour."
    )
    if as_json:
        typer.echo(json.dumps(_record(found), ensure_ascii=False, indent=1, allow_nan=False))
        return
    for result in found:
        _show(result)
    if len(found) == 2:
        _side_by_side(*found)


def _record(found: list[Effects]) -> dict[str, Any]:
    from geo.scenarios import compare, to_record
    from geo.scenarios.effects import plain_rows

    record: dict[str, Any] = {"scenarios": [to_record(one) for one in found]}
    if len(found) == 2:
        record["side_by_side"] = plain_rows(compare(*found))
    return record


def _show(found: Effects) -> None:
    from geo.scenarios import sentences
    from geo.scenarios.effects import changed_rows

    fiction = " — données fictives" if found.before.fictional else ""
    table = PlainTable(
        f"{found.scenario.title} : {called(found.before.territory)}{fiction}",
        ("Code", "Quartier", "Accès", "Médiation (ETP)", "Besoin restant", "Situation", "Rang"),
    )
    for row in changed_rows(found):
        table.add_row(
            row["code_qp"],
            f"{row['label']} ({row['commune_label']})",
            _pair(row, "access", 2),
            _pair(row, "mediation_fte", 2),
            _pair(row, "residual_people", 0),
            _pair(row, "situation"),
            _pair(row, "rank", 0),
        )
    say(table)
    for line in (*sentences(found), *found.notes):
        say(line)
    say("Chiffres estimés ; un quartier absent du tableau ne change pas.\n")


def _side_by_side(first: Effects, second: Effects) -> None:
    from geo.scenarios import compare
    from geo.scenarios.effects import plain_rows

    headings = ("Code", "Quartier", "Accès (1 | 2)", "Besoin restant (1 | 2)", "Rang (1 | 2)")
    table = PlainTable("Les deux scénarios", headings)
    for row in plain_rows(compare(first, second)):
        names = ("access", "residual_people", "rank")
        if all(row[f"{name}_first"] == row[f"{name}_second"] for name in names):
            continue
        cells = [
            f"{_cell(row[f'{name}_first'], 2)} | {_cell(row[f'{name}_second'], 2)}"
            for name in names
        ]
        table.add_row(row["code_qp"], row["label"], *cells)
    say(table)


def _pair(row: dict[str, Any], name: str, decimals: int = 0) -> str:
    before, after = (_cell(row[f"{name}_{when}"], decimals) for when in ("before", "after"))
    return before if before == after else f"{before} → {after}"


def _cell(value: Any, decimals: int) -> str:
    if isinstance(value, str):
        return value
    return "inconnu" if value is None else number(value, 0 if value == int(value) else decimals)
