"""What a round gave, beside its plan: counts told only where they designate nobody.

Counts of people from 1 to 10 are hidden, with what their totals would give away (METHODS sections
3 and 6). The rate of contact is that of the first pass: dwellings met over dwellings visited.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from geo.confidentiality import TOTAL, Axis, Secrecy, additive_table, protect
from geo.confidentiality.rules import people_followed
from geo.confidentiality.tables import Key
from geo.errors import BadInput
from geo.intervals import wilson
from geo.outreach.assumptions import Assumptions, ContactRate, contact_rate
from geo.words import counted, listed, number, percent

# Our names → the columns of the sheet.
COUNTS: Mapping[str, str] = {
    "visited": "logements_visites",
    "met": "logements_rencontres",
    "people": "personnes_rencontrees",
    "oriented": "personnes_orientees",
    "refusals": "refus",
}
LINE_COLUMNS = ("stop", "pass", "planned", *COUNTS)
COUNT_WORDS = {
    "visited": "Logements visités",
    "met": "Logements rencontrés",
    "people": "Personnes rencontrées",
    "oriented": "Personnes orientées",
    "refusals": "Refus",
}
_OF_PEOPLE = ("met", "people", "oriented", "refusals")
HIDDEN_WORDS = "caché (moins de 11, ou pour ne pas le révéler)"
_SHOWN_STOPS = 8


@dataclass(frozen=True, eq=False)
class Result:
    """``totals``: one row a count, a column a pass and ``total``: a figure, ``s`` when hidden,
    None when some line leaves it empty. ``rate``: of the first pass (None when hidden or unknown);
    ``reference`` the plan's; ``expected``: dwellings that should have opened, (value, low, high);
    ``flagged``: stops and passes with 1 to 10 people or dwellings met. ``notes`` in French."""

    totals: pd.DataFrame
    rate: ContactRate | None
    reference: ContactRate
    expected: tuple[float, float, float]
    flagged: tuple[tuple[str, int], ...]
    planned: float
    lines: int
    notes: tuple[str, ...]


def round_result(
    lines: pd.DataFrame, assumptions: Assumptions | None = None, secrecy: Secrecy | None = None
) -> Result:
    """Read the filled lines (LINE_COLUMNS) of one QPV beside the rate of the plan.

    Raises
    ------
    BadInput
        When no line is filled.
    """
    if lines.empty:
        raise BadInput("Aucune ligne remplie : il n'y a encore rien à comparer au plan.")
    secrecy = secrecy or Secrecy()
    reference = contact_rate(assumptions or Assumptions())
    totals = _totals(lines, secrecy)
    visits = float(lines["visited"].sum())
    rate, why = _first_rate(lines, totals, secrecy)
    return Result(
        totals=totals,
        rate=rate,
        reference=reference,
        expected=tuple(visits * share for share in (  # type: ignore[arg-type]
            reference.value, reference.low, reference.high)),
        flagged=_flagged(lines, secrecy),
        planned=float(lines["planned"].sum(skipna=False)),
        lines=len(lines),
        notes=(why,) if why else (),
    )  # fmt: skip


def result_sentences(result: Result) -> list[str]:
    """The result beside the plan, in French."""
    reference = result.reference
    beside = (
        f"{percent(reference.value)} ({percent(reference.low)} à {percent(reference.high)}, "
        f"{reference.origin})"
    )
    told = []
    if result.rate is not None:
        own = result.rate
        apart = own.high < reference.low or own.low > reference.high
        told.append(
            f"Premier passage (observé) : {number(own.met)} logements rencontrés sur "
            f"{number(own.visited)} visités, {percent(own.value)}, intervalle à 95 % "
            f"{percent(own.low)} à {percent(own.high)} ; référence {beside}. "
            + (
                "Les deux intervalles ne se recouvrent pas : le taux est différent ici."
                if apart
                else "Les deux intervalles se recouvrent : l'écart peut tenir au hasard."
            )
        )
    else:
        told.append(f"Taux du premier passage non donné ; référence {beside}.")
    value, low, high = result.expected
    told.append(
        f"Pour les visites faites, au taux de référence : {number(value)} logements rencontrés "
        f"attendus ({number(low)} à {number(high)}, modélisé)."
    )
    told += result.notes
    if result.flagged:
        some = [f"{stop} (passage {number})" for stop, number in result.flagged[:_SHOWN_STOPS]]
        more = len(result.flagged) - len(some)
        told.append(
            f"{counted(len(result.flagged), 'ligne')} de moins de 11 rencontres ou personnes, à ne "
            f"pas diffuser telles quelles : {listed(some)}"
            + (f", et {counted(more, 'autre')}" if more else "")
            + "."
        )
    return told


def result_frame(result: Result) -> pd.DataFrame:
    """The counts by pass, in French; what is hidden or unknown says so."""
    shown = result.totals.map(_cell)
    shown.columns = ["Total" if name == TOTAL else f"Passage {name}" for name in shown.columns]
    shown.insert(0, "Compté", [COUNT_WORDS[str(name)] for name in shown.index])
    return shown.reset_index(drop=True)


def result_record(result: Result) -> dict[str, Any]:
    """The result for a program: None for the unknown, ``hidden`` beside what is hidden."""
    rate = result.rate
    return {
        "totals": {
            str(count): {
                str(name): {
                    "value": None if isinstance(value, str) or pd.isna(value) else value,
                    "status": "suppressed" if isinstance(value, str)
                    else "missing" if pd.isna(value) else "observed",
                }
                for name, value in row.items()
            }
            for count, row in result.totals.to_dict("index").items()
        },
        "rate": None
        if rate is None
        else {"value": rate.value, "low": rate.low, "high": rate.high, "status": "observed"},
        "reference": {
            "value": result.reference.value,
            "low": result.reference.low,
            "high": result.reference.high,
            "origin_fr": result.reference.origin,
        },
        "expected_met": dict(zip(("value", "low", "high"), result.expected, strict=True))
        | {"status": "modelled"},
        "flagged": [{"stop": stop, "pass": number} for stop, number in result.flagged],
        "lines": result.lines,
        "sentences": result_sentences(result),
    }  # fmt: skip


def _totals(lines: pd.DataFrame, secrecy: Secrecy) -> pd.DataFrame:
    passes = [str(number) for number in sorted(lines["pass"].unique())]
    rows: dict[str, dict[str, Any]] = {}
    for count in COUNTS:
        parts = {
            name: float(lines.loc[lines["pass"] == int(name), count].sum(skipna=False))
            for name in passes
        }
        whole = {**parts, TOTAL: sum(parts.values())}
        rows[count] = _protected(whole, secrecy) if count in _OF_PEOPLE else _plain(whole)
    return pd.DataFrame.from_dict(rows, orient="index", columns=[*passes, TOTAL], dtype=object)


def _protected(values: dict[str, float], secrecy: Secrecy) -> dict[str, Any]:
    rule = people_followed(secrecy)
    axis = Axis.flat(name for name in values if name != TOTAL)
    known: dict[Key, float] = {
        (name,): value for name, value in values.items() if not np.isnan(value)
    }
    table = additive_table([axis], known)
    hidden = {key: rule.width(value) for key, value in known.items() if rule.hides(value)}
    return {key[0]: value for key, value in protect(table, hidden).shown().items()}


def _plain(values: dict[str, float]) -> dict[str, Any]:
    return {name: None if np.isnan(value) else value for name, value in values.items()}


def _first_rate(
    lines: pd.DataFrame, totals: pd.DataFrame, secrecy: Secrecy
) -> tuple[ContactRate | None, str]:
    first = lines[(lines["pass"] == 1) & lines["met"].notna() & (lines["visited"] > 0)]
    if first.empty:
        return None, "Aucune ligne du premier passage n'a ses logements rencontrés."
    met, visited = int(first["met"].sum()), int(first["visited"].sum())
    if totals.loc["met", "1"] == "s" or people_followed(secrecy).hides(met):
        return (
            None,
            "Trop peu de rencontres au premier passage : le taux désignerait des personnes.",
        )
    low, high = wilson(met, visited)
    partial = int((lines["pass"] == 1).sum()) - len(first)
    return (
        ContactRate(met / visited, low, high, met, visited, "observé"),
        f"{counted(partial, 'ligne')} du premier passage sans rencontres comptées, hors du taux."
        if partial
        else "",
    )


def _flagged(lines: pd.DataFrame, secrecy: Secrecy) -> tuple[tuple[str, int], ...]:
    rule = people_followed(secrecy)
    few = lines[["met", "people"]].apply(lambda column: rule.hidden(column.to_numpy(float)))
    own = lines[few.any(axis=1)]
    return tuple(zip(own["stop"].astype(str), own["pass"].astype(int), strict=True))


def _cell(value: Any) -> str:
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return "non connu"
    return HIDDEN_WORDS if isinstance(value, str) else number(value)
