"""``qpv monitor``: what posts did, month by month, beside the benchmarks; its form and check."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.common import AsJson, DataDir, data_folder, refuse_overwriting, tell
from commands.forms import Out, tell_examined, write_template
from commands.mediation import known_lists
from commands.tables import PlainTable, say
from geo.errors import BadInput

if TYPE_CHECKING:
    import pandas as pd

    from datasets.monitoring import MonitoringReading
    from geo.monitoring import BeforeAfter, Followed
    from geo.schema import Layers


def register(app: typer.Typer) -> None:
    app.command()(monitor)


def register_templates(app: typer.Typer) -> None:
    app.command("monitoring")(template_monitoring)
    app.command("series")(template_series)


def register_checks(app: typer.Typer) -> None:
    app.command("monitoring")(check_monitoring_file)


def template_monitoring(out: Out = Path("modele-suivi.xlsx")) -> None:
    """Le modèle du suivi mensuel des postes (totaux seulement)."""
    from datasets.monitoring import FORM

    write_template(out, FORM, f"qpv check monitoring {out}")


def template_series(out: Out = Path("modele-series.xlsx")) -> None:
    """Le modèle des valeurs d'un indicateur dans le temps (avant et après un poste)."""
    from datasets.monitoring import SERIES_FORM

    write_template(out, SERIES_FORM, f"qpv monitor SUIVI --series {out}")


def check_monitoring_file(file: Path, as_json: AsJson = False, data: DataDir = None) -> None:
    """Vérifier un fichier de suivi mensuel, ligne par ligne."""
    from datasets.monitoring import check_monitoring

    known, _ = known_lists(data_folder(data))
    examination = check_monitoring(file, date.today(), known)
    tell_examined(examination, as_json, "ligne utilisable", "lignes utilisables")


def monitor(
    file: Annotated[Path, typer.Argument(help="Suivi mensuel rempli (qpv template monitoring).")],
    territory: Annotated[
        str, typer.Option("--territory", help="Les seuls postes de ce territoire construit.")
    ] = "",
    out: Annotated[
        Path | None, typer.Option("--out", help="Écrire tous les chiffres dans ce fichier .csv.")
    ] = None,
    level: Annotated[
        str,
        typer.Option("--by", help="Détailler par : structure, poste, quartiers, departement."),
    ] = "structure",
    series: Annotated[
        Path | None,
        typer.Option(
            "--series", help="Valeurs d'un indicateur dans le temps (qpv template series)."
        ),
    ] = None,
    qpv: Annotated[str, typer.Option("--qpv", help="Avant et après dans ce QPV.")] = "",
    since: Annotated[str, typer.Option("--since", help="Arrivée du poste (AAAA ou AAAA-MM).")] = "",
    against: Annotated[
        str, typer.Option("--against", help="QPV comparables sans poste, séparés par des virgules.")
    ] = "",
    as_json: AsJson = False,
    data: DataDir = None,
) -> None:
    """Le suivi mensuel des postes, à côté de repères sourcés qui ne sont pas des normes.

    Des totaux seulement : les effectifs de moins de 11 sont cachés, un mois sans ligne reste
    manquant. Les bonnes lignes d'un fichier fautif sont gardées, les autres dites.
    """  # fmt: skip
    from datasets.brought.examine import described
    from datasets.files import write_atomically
    from datasets.monitoring import read_monitoring
    from geo.monitoring import followed_csv, followed_record
    from geo.monitoring.told import LEVEL_WORDS, before_after_record

    if level not in LEVEL_WORDS:
        raise BadInput(f"--by {level} : attendu {', '.join(LEVEL_WORDS)}.")
    if out:
        refuse_overwriting(out, [file, *([series] if series else [])])
        if out.suffix.lower() != ".csv":
            raise BadInput(f"--out {out} : attendu un nom qui finit par .csv.")
    folder = data_folder(data)
    layers = _layers(territory, folder) if territory else None
    known, _ = known_lists(folder)
    reading = read_monitoring(file, date.today(), known)
    for problem in reading.problems:
        tell(f"  {'Refusé' if problem.kind == 'rejected' else 'À savoir'} — {described(problem)}")
    followed = _followed(reading, layers)
    compared = _compared(series, layers, qpv, since, against, reading.lines)
    if out:
        write_atomically(out, followed_csv(followed))
        tell(f"Chiffres écrits : {out}")
    if as_json:
        record = followed_record(followed) | {
            "refused_lines": reading.refused,
            "before_after": [before_after_record(one) for one in compared],
        }
        typer.echo(json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False))
        return
    _print(followed, level, compared)


def _layers(territory: str, folder: Path) -> Layers:
    from datasets.store import load
    from geo.territory import parse_territory

    return load(parse_territory(territory).slug, folder)


def _followed(reading: MonitoringReading, layers: Layers | None) -> Followed:
    from geo.monitoring import follow
    from geo.monitoring.units import places_of

    if layers is None:
        return follow(reading.lines, reading.workshops, refused=reading.refused_months)
    codes, departements = places_of(layers)
    return follow(
        reading.lines, reading.workshops, codes=codes, departements=departements,
        refused=reading.refused_months, fictional=layers.fictional,
    )  # fmt: skip


def _compared(
    series: Path | None,
    layers: Layers | None,
    qpv: str,
    since: str,
    against: str,
    lines: pd.DataFrame,
) -> list[BeforeAfter]:
    from datasets.monitoring import read_series
    from geo.monitoring import before_after, indicator_series

    if not qpv:
        if series or since or against:
            raise BadInput("--series, --since et --against demandent --qpv : le QPV à lire.")
        return []
    if not since:
        raise BadInput("--qpv demande --since : l'année ou le mois d'arrivée du poste.")
    if series:
        values = read_series(series)
    elif layers is not None:
        values = indicator_series(layers["indicators"])
    else:
        raise BadInput("--qpv demande --series FICHIER, ou --territory TERRITOIRE.")
    if values.empty:
        raise BadInput(
            "Aucun indicateur de ce territoire n'a deux millésimes comparables : apportez une "
            "série (qpv template series, puis --series FICHIER)."
        )
    others = _comparators(values, qpv, against, lines, layers)
    return [
        before_after(values, str(indicator), qpv, others, since)
        for indicator in values["indicator"].unique()
    ]


def _comparators(
    values: pd.DataFrame, qpv: str, against: str, lines: pd.DataFrame, layers: Layers | None
) -> list[str]:
    from geo import analyse
    from geo.monitoring import (
        quarters_with_posts,
        served_codes,
        similar_without_post,
        without_post,
    )

    served = served_codes(lines) | (quarters_with_posts(layers) if layers is not None else set())
    asked = [code.strip().upper() for code in against.split(",") if code.strip()]
    with_post = sorted(set(asked) & served)
    if with_post:
        tell(f"Laissés de côté, un poste y travaille : {', '.join(with_post)}.")
    if asked or layers is None:
        return without_post(asked or values["code_qp"].unique(), {*served, qpv})
    near = similar_without_post(analyse(layers), qpv, served)
    return [code for code in near if code in set(values["code_qp"])] or without_post(
        values["code_qp"].unique(), {*served, qpv}
    )


def _print(followed: Followed, level: str, compared: list[BeforeAfter]) -> None:
    from geo.monitoring import period_table, ratio_table
    from geo.monitoring.told import remarks

    fiction = " — données fictives" if followed.fictional else ""
    for title, frame in (
        (f"Suivi, ensemble{fiction}", period_table(followed, "territoire")),
        ("À côté des repères, ensemble", ratio_table(followed, "territoire")),
        (f"Suivi par {level}", period_table(followed, level)),
        (f"À côté des repères, par {level}", ratio_table(followed, level)),
    ):
        say(_table(title, frame))
    for benchmark in followed.benchmarks:
        words = f"Repère : {benchmark.label_fr}, {benchmark.told}. {benchmark.source}."
        say(words)
    for remark in remarks(followed):
        say(remark)
    for found in compared:
        for sentence in found.sentences:
            say(sentence)


def _table(title: str, frame: pd.DataFrame) -> PlainTable:
    """Figures down, units across: a terminal is narrow and there are ten counters."""
    turned = frame.set_index(frame.columns[0]).T if len(frame) <= 6 else frame.set_index(
        frame.columns[0]
    )  # fmt: skip
    if "Lecture" in frame.columns:
        turned = frame.set_index(frame.columns[0])
    table = PlainTable(title, ["", *turned.columns])
    for name, row in turned.iterrows():
        table.add_row(name, *row)
    return table
