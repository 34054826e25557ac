"""What is followed as tables for a screen, a record for programs, and a CSV to take away."""

from __future__ import annotations

import csv
import io
from typing import Any

import pandas as pd

from geo.column_words import STATUS_WORDS
from geo.confidentiality import HIDDEN
from geo.monitoring.before_after import BeforeAfter, Change
from geo.monitoring.chart import series_of
from geo.monitoring.counters import COUNTERS, NEVER_ADDED_FR, months_in_words, period_fr, set_fr
from geo.monitoring.follow import CELL_COLUMNS, Followed
from geo.monitoring.ratios import Ratio
from geo.monitoring.secrecy import PERIOD
from geo.report.csv import csv_cell
from geo.words import counted, number

LEVEL_WORDS = {
    "territoire": "Ensemble",
    "departement": "Département",
    "structure": "Structure",
    "quartiers": "Quartiers desservis",
    "poste": "Poste",
}
LIMITS_FR = (
    NEVER_ADDED_FR,
    "Un mois sans ligne est manquant, jamais zéro : « au moins » signale un total auquel il manque "
    "des lignes.",
    "Un poste qui sert plusieurs quartiers n'est pas divisé entre eux : ses quartiers forment un "
    "seul groupe.",
    "Le secret vaut pour un fichier : deux exports de périodes ou de postes différents ne se "
    "publient pas ensemble, leur différence n'est pas protégée.",
)


def unit_fr(level: str, unit: str) -> str:
    """The name of a unit in words."""
    if level == "territoire":
        return "Ensemble des postes"
    if level == "quartiers":
        return set_fr(unit)
    if level == "departement":
        return unit.replace(";", " et ") or "non précisé"
    return unit


def cell_fr(value: float, status: str, told: int, expected: int) -> str:
    """``« au moins 34 »``, ``s``, or nothing for what nobody told."""
    if status == "suppressed":
        return HIDDEN
    if status == "missing":
        return "non déclaré"
    return ("au moins " if told < expected else "") + number(value)


def period_table(followed: Followed, level: str) -> pd.DataFrame:
    """One row a unit of ``level``: FTE, months told, each counter over the period, in French."""
    cells = followed.cells
    own = cells[
        (cells["level"] == level) & (cells["period"] == PERIOD) & (cells["kind"] == "")
    ]  # fmt: skip
    rows = []
    for unit, group in own.groupby("unit", sort=True):
        told = {
            COUNTERS[str(row["counter"])].label_fr: cell_fr(
                row["value"], row["status"], row["told"], row["expected"]
            )
            for row in group.to_dict("records")
        }
        fte = followed.fte_months.get((level, str(unit)), float("nan"))
        rows.append(
            {
                LEVEL_WORDS[level]: unit_fr(level, str(unit)),
                "ETP-mois déclarés": number(fte, 1),
                "Mois-postes sans ligne": _without_line(followed, level, str(unit)),
                **told,
            }
        )
    return pd.DataFrame(rows)


def ratio_table(followed: Followed, level: str) -> pd.DataFrame:
    """One row a unit and ratio of ``level``, each read beside its benchmark."""
    words = {one.id: one for one in followed.benchmarks}
    rows = [
        {
            LEVEL_WORDS[level]: unit_fr(level, ratio.unit),
            "Rapport": words[ratio.ratio].label_fr,
            "Lecture": ratio.reading_fr,
            "Mois déclarés": number(ratio.months),
            "Statut": STATUS_WORDS[ratio.status],
        }
        for ratio in followed.ratios
        if ratio.level == level
    ]
    return pd.DataFrame(rows)


def kind_table(followed: Followed) -> pd.DataFrame:
    """Workshops of the whole, by kind: held, and presences."""
    cells = followed.cells
    own = cells[(cells["level"] == "territoire") & (cells["kind"] != "")]
    rows: dict[str, dict[str, str]] = {}
    for row in own.to_dict("records"):
        told = cell_fr(row["value"], row["status"], row["told"], row["expected"])
        line = rows.setdefault(str(row["kind"]), {"Type d'atelier": str(row["kind"])})
        line[COUNTERS[str(row["counter"])].label_fr] = told
    return pd.DataFrame(list(rows.values()))


def trend_table(
    followed: Followed, counter: str, level: str, unit: str, grain: str = "month"
) -> pd.DataFrame:
    """The twin of the chart: a period a row, in words."""
    rows = [
        {
            "Période": period_fr(str(row["period"])),
            COUNTERS[counter].label_fr: cell_fr(
                row["value"], row["status"], row["told"], row["expected"]
            ),
            "Lignes déclarées": f"{row['told']} sur {row['expected']}",
        }
        for row in series_of(followed, counter, level, unit, grain).to_dict("records")
    ]
    return pd.DataFrame(rows)


def monthly_units(followed: Followed) -> list[tuple[str, str]]:
    """The units that are told month by month, the whole first."""
    cells = followed.cells[followed.cells["period"] != PERIOD]
    found = set(zip(cells["level"], cells["unit"], strict=True))
    return sorted(found, key=lambda one: (one[0] != "territoire", one))


def remarks(followed: Followed) -> list[str]:
    """What must be said beside the figures: the period, the missing months, the limits."""
    told = [
        f"De {period_fr(followed.first)} à {period_fr(followed.last)} ; "
        f"{counted(len(followed.units), 'poste')}."
    ]
    refused = followed.missing["refused"]
    for months, singular, several in (
        (followed.missing[refused], "mois refusé", "mois refusés"),
        (followed.missing[~refused], "mois sans ligne", "mois sans ligne"),
    ):
        if len(months):
            by_post = months.groupby("post")["month"].agg(list)
            detail = " ; ".join(f"{post} : {months_in_words(own)}" for post, own in by_post.items())
            told.append(f"{counted(len(months), singular, several)} ({detail}).")
    if refused.any():
        told.append("Un mois refusé a une ligne dans le fichier, non comptée tant qu'elle n'est "
                    "pas corrigée.")  # fmt: skip
    if followed.left_out:
        told.append(
            f"{counted(len(followed.left_out), 'poste laissé', 'postes laissés')} de côté, hors du "
            f"territoire : {', '.join(followed.left_out)}."
        )
    if followed.months_for_whole_only:
        told.append("Trop de postes et de mois : les mois ne sont dits que pour l'ensemble.")
    hidden = int((followed.cells["status"] == "suppressed").sum())
    if hidden:
        told.append(
            f"{counted(hidden, 'chiffre caché', 'chiffres cachés')} (« s ») : moins de "
            f"{followed.threshold}, ou ce qui les donnerait par différence."
        )
    return [*told, *LIMITS_FR]


def followed_record(followed: Followed) -> dict[str, Any]:
    """Everything shown, for programs: null where hidden or missing, with the status."""
    return {
        "fictional": followed.fictional,
        "first_month": followed.first,
        "last_month": followed.last,
        "threshold": followed.threshold,
        "figures": [
            {**row, "value": _plain(row["value"])}
            for row in followed.cells[list(CELL_COLUMNS)].to_dict("records")
        ],
        "ratios": [_ratio_record(ratio) for ratio in followed.ratios],
        "benchmarks": [vars(one) for one in followed.benchmarks],
        "fte_months": [
            {"level": level, "unit": unit, "value": _plain(value)}
            for (level, unit), value in followed.fte_months.items()
        ],
        "missing_months": followed.missing.to_dict("records"),
        "posts_left_out": list(followed.left_out),
        "remarks": remarks(followed),
    }


def followed_csv(followed: Followed) -> bytes:
    """One line a figure: ``;``, UTF-8 with BOM, decimal comma; ``s`` where hidden."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(
        ["niveau", "unite", "periode", "type_atelier", "indicateur", "valeur", "bas_95", "haut_95",
         "valeur_statut", "lignes_declarees", "lignes_attendues", "source_id", "millesime",
         "perimetre", "donnees"]
    )  # fmt: skip
    when = f"{followed.first}/{followed.last}"
    kind = "fictives" if followed.fictional else "apportées par l'utilisateur"
    end = ["suivi", when, "2024", kind]
    for row in followed.cells.to_dict("records"):
        unit = unit_fr(str(row["level"]), str(row["unit"]))
        cells = [row["level"], unit, row["period"], row["kind"], row["counter"]]
        value = HIDDEN if row["status"] == "suppressed" else _plain(row["value"])
        least = row["status"] == "observed" and row["told"] < row["expected"]
        status = STATUS_WORDS[row["status"]] + (" (au moins)" if least else "")
        figures = [value, "", "", status, row["told"], row["expected"]]
        writer.writerow([csv_cell(cell) for cell in [*cells, *figures, *end]])
    for ratio in followed.ratios:
        cells = [ratio.level, unit_fr(ratio.level, ratio.unit), PERIOD, "", ratio.ratio]
        value = HIDDEN if ratio.status == "suppressed" else _plain(ratio.value)
        bounds = [_plain(ratio.low), _plain(ratio.high)]
        figures = [value, *bounds, STATUS_WORDS[ratio.status], "", ""]
        writer.writerow([csv_cell(cell) for cell in [*cells, *figures, *end]])
    return text.getvalue().encode("utf-8-sig")


def _plain(value: float) -> float | None:
    return None if value != value else float(value)


def _ratio_record(ratio: Ratio) -> dict[str, Any]:
    figures = {name: _plain(getattr(ratio, name)) for name in ("value", "low", "high")}
    return {**vars(ratio), **figures}


def _without_line(followed: Followed, level: str, unit: str) -> str:
    """``1``, or ``1, plus 3 refusés``: a refused line is not an absent one."""
    posts = followed.units.index[followed.units[level] == unit]
    own = followed.missing.loc[followed.missing["post"].isin(posts), "refused"]
    refused = int(own.sum())
    told = number(len(own) - refused)
    return f"{told}, plus {counted(refused, 'refusé')}" if refused else told


def before_after_record(found: BeforeAfter) -> dict[str, Any]:
    """A before-and-after for programs: null where nothing is known; never an effect."""
    return {
        "indicator": found.indicator,
        "since": found.since,
        "qpv": _change_record(found.treated),
        "comparators": [_change_record(one) for one in found.comparators],
        "left_out": [{"code_qp": code, "reason_fr": why} for code, why in found.left_out],
        "comparators_median_change": _plain(found.median),
        "comparators_lowest_change": _plain(found.low),
        "comparators_highest_change": _plain(found.high),
        "gap": _plain(found.gap),
        "sentences_fr": list(found.sentences),
        "proves_an_effect": False,
    }


def _change_record(one: Change) -> dict[str, Any]:
    figures = {name: _plain(getattr(one, name)) for name in ("before", "after", "change")}
    return {**vars(one), **figures}
