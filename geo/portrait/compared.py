"""The figures of one quarter beside other quarters and beside the larger places it is in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geo import columns
from geo.access.gp import standardised_people
from geo.column_words import STATUS_WORDS
from geo.compare import MIN_COMPARED
from geo.indicators import indicator
from geo.names import DEPARTEMENTS, REGIONS
from geo.need.comparison import COMPARED, LEVELS
from geo.schema import Layers
from geo.territory import departement_of_commune, parse_territory
from geo.words import counted, euros, listed, number, percent

if TYPE_CHECKING:
    from geo.analysis import Analysis

PLACES = LEVELS[1:]
PLACE_WORDS = {
    "commune": "commune",
    "epci": "intercommunalité",
    "departement": "département",
    "region": "région",
    "france": "France",
}
# Our own figures, read in the QPV table; the others come from ``geo.need.comparison``.
_OURS = {"access": 1, "nearest_gp_walk_min": 0}
_SMALL_UNITS = {
    "consultations/an/hab. standardisé": "consultations par an et par habitant",
    "min à pied": "min à pied",
    "habitants": "habitants",
    "indice": "(indice)",
}
_SILENT = {"suppressed": "s (secret statistique)", "missing": "non connu"}
# Told first, and printed; the others come after, for whoever wants them.
MAIN = (
    "access", "nearest_gp_walk_min", "apl_gp", "population", "poverty_share", "median_income_eur",
    "c2s_share", "age60_share", "age75_share", "one_person_share", "single_parent_share",
    "job_seekers_per_inhabitant", "digital_fragility",
)  # fmt: skip
_ACCESS_AROUND = (
    "cet accès est un calcul du projet ; à ce niveau, des communes manquent dans les données du "
    "territoire construit"
)
_WALK_AROUND = "un temps de marche ne se calcule que pour un quartier"


@dataclass(frozen=True)
class Elsewhere:
    """The same figure at a larger place; ``why`` says why there is none, else its vintage."""

    level: str
    name: str
    written: str
    status: str
    why: str = ""
    about: str = ""


@dataclass(frozen=True)
class Median:
    """The middle of the quarters of a place that know the figure."""

    words: str
    value: float
    written: str
    count: int


@dataclass(frozen=True)
class Beside:
    """One figure of a quarter: what it is, what it is elsewhere, and where it stands.

    ``value`` is NaN when it is hidden or unknown; ``own`` then says which. ``others`` are the
    known values of the quarters of the region, ``near`` those of the département.
    """

    id: str
    heading: str
    value: float
    own: str
    status: str
    about: str
    definition: str
    elsewhere: tuple[Elsewhere, ...]
    medians: tuple[Median, ...]
    others: tuple[float, ...]
    near: tuple[float, ...]
    place: str

    @property
    def summary(self) -> str:
        """The chart in words: the figure, the medians, and the rank among the quarters."""
        told = [f"ce quartier : {self.own}"]
        told += [f"{one.words} ({one.count} connus) : {one.written}" for one in self.medians]
        told += [self.place] if self.place else []
        return f"{self.heading}. {' ; '.join(told)}."


def figures_beside(
    analysis: Analysis, layers: Layers, code_qp: str, compared: pd.DataFrame
) -> list[Beside]:
    """The figures of one quarter in reading order; those known nowhere around it are left out.

    Parameters
    ----------
    compared : ``geo.need.comparison(layers)``, for all quarters.
    """
    own = compared[compared["code_qp"] == code_qp]
    every = compared[compared["level"] == "qpv"]
    facts = [_ours(analysis, layers, code_qp, name) for name in _OURS]
    for name in COMPARED:
        values = every[every["indicator"] == name].set_index("code_qp")["value"]
        rows = own[own["indicator"] == name]
        if rows["value"].notna().any() or values.notna().any():
            facts.append(_published(analysis, layers, code_qp, name, rows, values))
    return sorted(facts, key=lambda fact: (fact.id not in MAIN, _order(fact.id)))


def _order(name: str) -> int:
    return MAIN.index(name) if name in MAIN else COMPARED.index(name)


def unknown_reasons(facts: list[Beside]) -> list[str]:
    """Why figures are not known elsewhere, one sentence a reason and set of places."""
    grouped: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for fact in facts:
        by_reason: dict[str, list[str]] = {}
        for one in fact.elsewhere:
            if one.why and PLACE_WORDS[one.level] not in by_reason.setdefault(one.why, []):
                by_reason[one.why].append(PLACE_WORDS[one.level])
        for why, levels in by_reason.items():
            named = f"{fact.heading[0].lower()}{fact.heading[1:]}"
            grouped.setdefault((why, tuple(levels)), []).append(named)
    return [
        f"{listed(names)} ({', '.join(levels)}) : {why}."
        for (why, levels), names in grouped.items()
    ]


def _ours(analysis: Analysis, layers: Layers, code_qp: str, name: str) -> Beside:
    column = columns.definition(name)
    table = analysis.comparators.set_index("code_qp")
    row = table.loc[code_qp]
    status = str(row[column.status]) if column.status else "modelled"
    value = float(row[name])
    if name == "access":
        elsewhere = _access_elsewhere(analysis, layers, row)
    else:
        elsewhere = [Elsewhere(level, "", "", "missing", _WALK_AROUND) for level in PLACES]
    return _beside(
        analysis, code_qp, name, column.heading, value, column.unit,
        status if value == value else _absent(status), "", column.definition,
        column.method, elsewhere, table[name].astype("float64"),
    )  # fmt: skip


def _absent(status: str) -> str:
    return status if status == "suppressed" else "missing"


def _access_elsewhere(analysis: Analysis, layers: Layers, row: pd.Series[Any]) -> list[Elsewhere]:
    """Our access around the quarter, by the same method: means over people."""
    means = {
        "commune": row["access"] - row["access_minus_commune"],
        "departement": row["access"] - row["access_minus_departement"],
        **_wide_means(analysis, layers, str(row["region"])),
    }
    names = {
        "commune": str(row["commune_label"]),
        "departement": DEPARTEMENTS.get(str(row["departement"]), str(row["departement"])),
        "region": REGIONS.get(str(row["region"]), str(row["region"])),
        "france": "France",
    }
    found = []
    for level in PLACES:
        mean = float(means.get(level, np.nan))
        if mean == mean:
            written = number(mean, _OURS["access"])
            found.append(Elsewhere(level, names.get(level, ""), written, "modelled"))
        else:
            found.append(Elsewhere(level, names.get(level, ""), "", "missing", _ACCESS_AROUND))
    return found


def _wide_means(analysis: Analysis, layers: Layers, region: str) -> dict[str, float]:
    """Of the region and of France, when the territory holds the whole of them."""
    kind = parse_territory(analysis.territory).kind
    demand = analysis.demand
    people = np.nan_to_num(standardised_people(layers["demand"])[0])
    codes = demand["commune"].map(departement_of_commune)
    communes = layers["communes"]
    own = set(communes.loc[communes["region"] == region, "departement"])
    inside = codes.isin(own).to_numpy()
    found: dict[str, float] = {}
    if kind in ("region", "demo", "france"):
        found["region"] = _mean(demand["access"].to_numpy(float), people, inside)
    if kind == "france":
        found["france"] = _mean(demand["access"].to_numpy(float), people, people >= 0)
    return found


def _mean(access: Any, people: Any, kept: Any) -> float:
    own, weights = access[kept], people[kept]
    # An unknown access leaves the mean unknown: it is not a zero.
    if not weights.sum() > 0 or np.isnan(own).any():
        return float("nan")
    return float(np.average(own, weights=weights))


def _published(
    analysis: Analysis,
    layers: Layers,
    code_qp: str,
    name: str,
    rows: pd.DataFrame,
    values: pd.Series,
) -> Beside:
    known = indicator(name)
    own = rows[rows["level"] == "qpv"].iloc[0]
    perimeter = f"périmètre {own['perimeter']}" if own["perimeter"] else ""
    about = ", ".join(part for part in (perimeter, own["vintage"]) if part)
    elsewhere = [
        _place(row, _named(layers, row), known.unit)
        for _, row in rows[rows["level"] != "qpv"].iterrows()
    ]
    return _beside(
        analysis, code_qp, name, known.label_fr, float(own["value"]), known.unit,
        str(own["status"]), about if own["value"] == own["value"] else str(own["why_missing"]),
        f"{known.formula_fr[0].upper()}{known.formula_fr[1:]}.", known.source, elsewhere, values,
    )  # fmt: skip


def _named(layers: Layers, row: pd.Series[Any]) -> str:
    code = str(row["level_code"])
    if row["level"] == "commune":
        found = layers["communes"].loc[layers["communes"]["code"] == code, "label"]
        return str(found.iloc[0]) if len(found) else code
    names = {"departement": DEPARTEMENTS, "region": REGIONS, "france": {"FR": "France"}}
    return names.get(str(row["level"]), {}).get(code, code)


def _place(row: pd.Series[Any], name: str, unit: str) -> Elsewhere:
    if pd.isna(row["value"]):
        return Elsewhere(row["level"], name, "", str(row["status"]), str(row["why_missing"]))
    return Elsewhere(
        row["level"], name, written(float(row["value"]), unit, short=True), str(row["status"]),
        about=str(row["vintage"]),
    )  # fmt: skip


def _beside(
    analysis: Analysis,
    code_qp: str,
    name: str,
    heading: str,
    value: float,
    unit: str,
    status: str,
    about: str,
    definition: str,
    source: str,
    elsewhere: list[Elsewhere],
    values: pd.Series,
) -> Beside:
    places = analysis.comparators.set_index("code_qp")[["departement", "region"]]
    row = places.loc[code_qp]
    values = values.reindex(places.index).astype("float64")
    others = values[places["region"] == row["region"]].dropna()
    near = values[places["departement"] == row["departement"]].dropna()
    around = [("du département", near), ("de la région", others)]
    medians = [
        Median(f"médiane des quartiers {words}", float(found.median()),
               written(float(found.median()), unit, short=True), len(found))
        for words, found in (around if len(near) < len(others) else around[:1])
        if len(found) >= MIN_COMPARED
    ]  # fmt: skip
    return Beside(
        id=name,
        heading=heading,
        value=value,
        own=written(value, unit) if value == value else _SILENT[status],
        status=STATUS_WORDS[status],
        about=about,
        definition=f"{definition} Source : {source}.",
        elsewhere=tuple(elsewhere),
        medians=tuple(medians),
        others=tuple(sorted(others)),
        near=tuple(sorted(near)),
        place=_rank(value, near),
    )


def _rank(value: float, near: pd.Series) -> str:
    if value != value or len(near) < MIN_COMPARED:
        return ""
    above = int((near > value + 1e-9).sum())
    nth = "le plus haut" if above == 0 else f"{above + 1}e plus haut"
    return f"{nth} des {counted(len(near), 'quartier connu', 'quartiers connus')} du département"


def written(value: float, unit: str, short: bool = False) -> str:
    """A figure as a reader meets it; ``short`` leaves the unit to the figure beside it."""
    if unit == "part":
        return percent(value, 0)
    if unit.startswith("€"):
        return euros(value) if short else f"{euros(value)} par an et par unité de consommation"
    if unit == "min à pied" and value < 1 and not short:
        return "dans le quartier" if value == 0 else "moins de 1\u00a0min à pied"
    decimals = 1 if unit.startswith("consultations") else 0
    figure = number(value, decimals)
    return figure if short else f"{figure} {_SMALL_UNITS.get(unit, unit)}".strip()
