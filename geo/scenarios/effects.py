"""What a scenario changes: each QPV before and after, and the people who gain or lose.

Thirds and ranks are comparisons: a QPV may change class because others moved. People are counted
on what they themselves gain or lose (access, mediation), never on a comparison.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from geo.analysis import Analysis, analyse
from geo.parameters import Parameters
from geo.scenarios.apply import apply_scenario, moves_supply
from geo.scenarios.changes import Scenario
from geo.schema import Layers
from geo.words import counted, number, plural

FIGURES = ("access", "access_class", "mediation_fte", "residual_people", "situation", "score",
           "rank")  # fmt: skip
_NAMED = ("code_qp", "label", "commune_label", "departement", "population")
# Below this, in consultations or people a year, nobody would notice [assumption, editable].
NOTICED = {"access": 0.005, "residual_people": 0.05}


@dataclass(frozen=True, eq=False)
class Effects:
    """``table``: one row per QPV of the territory, each figure ``_before`` and ``_after``, and
    ``access_change``, ``residual_change``. ``people``: sums of people, see ``_people``."""

    scenario: Scenario
    before: Analysis
    after: Analysis
    table: pd.DataFrame
    people: dict[str, float]
    notes: tuple[str, ...]


def effects(
    layers: Layers, scenario: Scenario, parameters: Parameters, before: Analysis | None = None
) -> Effects:
    """Analyse the layers with and without the scenario, with the same settings.

    Pass ``before`` to compare several scenarios with one analysis; it is analysed again when road
    times cannot be used (``settings_for``).

    Raises
    ------
    BadInput
        As ``apply_scenario``.
    """
    changed = apply_scenario(layers, scenario, parameters)
    settings, notes = settings_for(layers, scenario, parameters)
    if before is None or before.parameters != settings:
        before = analyse(layers, settings)
    after = analyse(changed, settings)
    table = _table(before, after)
    notes += _comparison_notes(table)
    return Effects(scenario, before, after, table, _people(before, after, table), tuple(notes))


def settings_for(
    layers: Layers, scenario: Scenario, parameters: Parameters
) -> tuple[Parameters, list[str]]:
    """Settings that both sides can be measured with, and what to say of it."""
    if layers.travel and moves_supply(scenario) and parameters.travel_mode_source != "crow_fly":
        return replace(parameters, travel_mode_source="crow_fly"), [
            "Aucun temps par la route n'est calculé vers un lieu qui n'existe pas encore : avant "
            "et après sont tous deux mesurés à vol d'oiseau."
        ]
    return parameters, []


def compare(first: Effects, second: Effects) -> pd.DataFrame:
    """Two scenarios side by side: each figure before, ``_first`` and ``_second``, by QPV."""
    one, two = first.table.set_index("code_qp"), second.table.set_index("code_qp")
    shown = one[[name for name in _NAMED if name != "code_qp"]].copy()
    for name in FIGURES:
        shown[f"{name}_before"] = one[f"{name}_before"]
        shown[f"{name}_first"] = one[f"{name}_after"]
        shown[f"{name}_second"] = two[f"{name}_after"].reindex(one.index)
    return shown.reset_index()


def to_record(found: Effects) -> dict[str, Any]:
    """Plain values for JSON (``allow_nan=False``): None for what is missing."""
    return {
        "territory": found.before.territory,
        "fictional": found.before.fictional,
        "scenario": found.scenario.title,
        "status": "modelled",
        "people": {name: _plain(value) for name, value in found.people.items()},
        "notes": list(found.notes),
        "quarters": plain_rows(found.table),
    }


def plain_rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain values, None for what is missing."""
    return [
        {str(name): _plain(value) for name, value in row.items()}
        for row in table.to_dict("records")
    ]


def changed_rows(found: Effects) -> list[dict[str, Any]]:
    """The QPV of which some figure changes enough to be noticed, or whose rank or class does."""
    table = found.table
    noticed = pd.Series(False, index=table.index)
    for name, change in (("access", "access_change"), ("residual_people", "residual_change")):
        noticed |= table[change].abs() > NOTICED[name]
    for name in ("mediation_fte", "situation", "rank"):
        before, after = table[f"{name}_before"], table[f"{name}_after"]
        noticed |= ~(before.eq(after).fillna(False) | (before.isna() & after.isna())).astype("bool")
    return plain_rows(table[noticed].sort_values(["rank_after", "code_qp"]))


def sentences(found: Effects) -> list[str]:
    """The people who gain and lose, and how much, in words; nothing on what cannot move.

    The mean access told is weighted by the inhabitants of the QPV that gain, or lose.
    """
    people = found.people
    medical = any(change.object != "mediateur" for change in found.scenario.changes)
    lines = []
    if medical:
        lines = [
            f"Accès au généraliste (estimé) : {_gain_and_lose(people, 'qpv', ' des QPV')}.",
            *_means(found.table),
            f"Tous habitants du territoire (estimé) : {_gain_and_lose(people, 'all', '')}.",
        ]
    more, fewer = people["residual_less"], people["residual_more"]
    if more or fewer or not medical:
        followed = f"{_people_words(more)} de plus"
        if fewer:
            followed += f", {_people_words(fewer)} de moins"
        lines.append(f"Médiation (estimé) : {followed}, suivies chaque année.")
    if people["qpv_unknown"] and medical:
        lines.append(
            f"Effet sur l'accès inconnu dans {counted(people['qpv_unknown'], 'QPV', 'QPV')}."
        )
    return lines


def _gain_and_lose(people: dict[str, float], who: str, where: str) -> str:
    told = []
    for way, one, several in (("gain", "gagne", "gagnent"), ("lose", "perd", "perdent")):
        count = round(people[f"{who}_{way}"])
        if count:
            verb = plural(count, one, several)
            told.append(f"{counted(count, 'habitant')}{where} y {verb}")
        else:
            told.append(f"aucun habitant{where} n'y {one}")
    return ", ".join(told)


def _means(table: pd.DataFrame) -> list[str]:
    """How far access moves in the QPV where it rises, and in those where it falls."""
    lines = []
    for words, sign in (("monte", 1), ("baisse", -1)):
        moved = table[
            (table["access_change"] * sign > NOTICED["access"]) & table["population"].gt(0)
        ]
        if moved.empty:
            continue
        before, after = (
            float(np.average(moved[f"access_{when}"], weights=moved["population"]))
            for when in ("before", "after")
        )
        lines.append(
            f"Dans les QPV où il {words}, cet accès passe en moyenne de {number(before, 2)} à "
            f"{number(after, 2)} consultations par an et par habitant (estimé)."
        )
    return lines


def _people_words(count: float) -> str:
    """Below ten people, a decimal: a mediator of some hours follows few."""
    return counted(count, "personne", decimals=1 if 0 < count < 10 else 0)


def _table(before: Analysis, after: Analysis) -> pd.DataFrame:
    one, two = before.qpv.set_index("code_qp"), after.qpv.set_index("code_qp")
    two = two.reindex(one.index)
    table = pd.DataFrame(one[[name for name in _NAMED if name != "code_qp"]])
    for name in FIGURES:
        table[f"{name}_before"], table[f"{name}_after"] = one[name], two[name]
    table["access_change"] = two["access"] - one["access"]
    table["residual_change"] = two["residual_people"] - one["residual_people"]
    return table.reset_index()


def _people(before: Analysis, after: Analysis, table: pd.DataFrame) -> dict[str, float]:
    """qpv_gain, qpv_lose (inhabitants of the QPV whose access changes), all_gain, all_lose (of
    all the places of the territory), residual_less, residual_more (people followed a year, more
    or fewer), qpv_unknown (QPV whose change of access is unknown)."""
    step, people = NOTICED["access"], table["population"]
    change = table["access_change"]
    everywhere = after.demand["access"].to_numpy(float) - before.demand["access"].to_numpy(float)
    inhabitants = before.demand["population"].fillna(0.0).to_numpy(float)
    served = table["residual_change"].fillna(0.0)
    return {
        "qpv_gain": float(people[change > step].sum()),
        "qpv_lose": float(people[change < -step].sum()),
        "all_gain": float(inhabitants[np.nan_to_num(everywhere) > step].sum()),
        "all_lose": float(inhabitants[np.nan_to_num(everywhere) < -step].sum()),
        "residual_less": float(-served[served < -NOTICED["residual_people"]].sum()),
        "residual_more": float(served[served > NOTICED["residual_people"]].sum()),
        "qpv_unknown": float(change.isna().sum()),
    }


def _comparison_notes(table: pd.DataFrame) -> list[str]:
    moved = table["situation_before"] != table["situation_after"]
    still = (table["access_change"].abs().fillna(0.0) <= NOTICED["access"]) & (
        table["residual_change"].abs().fillna(0.0) <= NOTICED["residual_people"]
    )
    relative = table[moved & still]
    if relative.empty:
        return []
    return [
        f"{counted(len(relative), 'QPV change', 'QPV changent')} de situation sans gagner ni perdre"
        f" ({', '.join(relative['code_qp'].head(5))}) : les tiers se comparent entre QPV."
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value
    if value is None or pd.isna(value):
        return None
    whole = float(value)
    return (int(whole) if whole.is_integer() else whole) if math.isfinite(whole) else None
