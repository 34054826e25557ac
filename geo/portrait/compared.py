"""The figures of one quarter beside other quarters and beside the larger places it is in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from geo import columns
from geo.column_words import STATUS_WORDS
from geo.compare import MIN_COMPARED
from geo.indicators import indicator
from geo.need.comparison import COMPARED
from geo.portrait.elsewhere import (
    PLACE_WORDS,
    Elsewhere,
    access_elsewhere,
    published_elsewhere,
    walk_elsewhere,
    written,
)
from geo.schema import Layers
from geo.words import counted, listed, lowered, year_told

if TYPE_CHECKING:
    from geo.analysis import Analysis

# Our own figures, read in the QPV table; the others come from ``geo.need.comparison``.
_OURS = ("access", "nearest_gp_walk_min")
_SILENT = {"suppressed": "s (secret statistique)", "missing": "non connu"}
# Told first, and printed; the others come after, for whoever wants them.
MAIN = (
    "access", "nearest_gp_walk_min", "apl_gp", "population", "poverty_share", "median_income_eur",
    "c2s_share", "age60_share", "age75_share", "one_person_share", "single_parent_share",
    "job_seekers_per_inhabitant", "digital_fragility",
)  # fmt: skip


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


@dataclass(frozen=True)
class _Around:
    """Codes of the quarters of the département, and of the region."""

    near: pd.Index[str]
    others: pd.Index[str]


def figures_beside(
    analysis: Analysis, layers: Layers, code_qp: str, compared: pd.DataFrame
) -> list[Beside]:
    """The figures of one quarter in reading order; those known nowhere around it are left out.

    Parameters
    ----------
    compared : ``geo.need.comparison(layers)``, for all quarters.
    """
    own = dict(list(compared[compared["code_qp"] == code_qp].groupby("indicator")))
    every = compared[compared["level"] == "qpv"].pivot(
        index="code_qp", columns="indicator", values="value"
    )
    table = pd.DataFrame(analysis.comparators.drop(columns="geometry")).set_index("code_qp")
    row = table.loc[table.index == code_qp].iloc[0]
    around = _Around(
        near=table.index[table["departement"] == row["departement"]],
        others=table.index[table["region"] == row["region"]],
    )
    facts = [_ours(analysis, layers, table, row, name, around) for name in _OURS]
    for name in COMPARED:
        if own[name]["value"].notna().any() or every[name].notna().any():
            facts.append(_published(layers, name, own[name], every[name], around))
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
            grouped.setdefault((why, tuple(levels)), []).append(lowered(fact.heading))
    return [
        f"{listed(names)} ({', '.join(levels)}) : {why}."
        for (why, levels), names in grouped.items()
    ]


def _ours(
    analysis: Analysis,
    layers: Layers,
    table: pd.DataFrame,
    row: pd.Series[Any],
    name: str,
    around: _Around,
) -> Beside:
    column = columns.definition(name)
    status = str(row[column.status]) if column.status else "modelled"
    value = float(row[name])
    if value != value and status != "suppressed":
        status = "missing"
    elsewhere = access_elsewhere(analysis, layers, row) if name == "access" else walk_elsewhere()
    return _beside(
        name, column.heading, value, column.unit, status, "",
        f"{column.definition} Source : {column.method}.", elsewhere,
        table[name].astype("float64"), around,
    )  # fmt: skip


def _published(
    layers: Layers, name: str, rows: pd.DataFrame, values: pd.Series, around: _Around
) -> Beside:
    known = indicator(name)
    own = rows[rows["level"] == "qpv"].iloc[0]
    perimeter = f"périmètre {own['perimeter']}" if own["perimeter"] else ""
    about = ", ".join(part for part in (perimeter, year_told(own["vintage"])) if part)
    formula = f"{known.formula_fr[0].upper()}{known.formula_fr[1:]}"
    return _beside(
        name, known.label_fr, float(own["value"]), known.unit, str(own["status"]),
        about if own["value"] == own["value"] else str(own["why_missing"]),
        f"{formula}. Source : {known.source}.",
        published_elsewhere(layers, rows[rows["level"] != "qpv"], known.unit), values, around,
    )  # fmt: skip


def _beside(
    name: str,
    heading: str,
    value: float,
    unit: str,
    status: str,
    about: str,
    definition: str,
    elsewhere: list[Elsewhere],
    values: pd.Series,
    around: _Around,
) -> Beside:
    others = values.reindex(around.others).dropna().astype("float64")
    near = values.reindex(around.near).dropna().astype("float64")
    places = [("du département", near), ("de la région", others)]
    medians = [
        Median(f"médiane des quartiers {words}", float(found.median()),
               written(float(found.median()), unit, short=True), len(found))
        for words, found in (places if len(near) < len(others) else places[:1])
        if len(found) >= MIN_COMPARED
    ]  # fmt: skip
    return Beside(
        id=name,
        heading=heading,
        value=value,
        own=written(value, unit) if value == value else _SILENT[status],
        status=STATUS_WORDS[status],
        about=about,
        definition=definition,
        elsewhere=tuple(elsewhere),
        medians=tuple(medians),
        others=tuple(sorted(others)),
        near=tuple(sorted(near)),
        place=_rank(value, near),
    )


def _rank(value: float, near: pd.Series) -> str:
    if value != value or len(near) < MIN_COMPARED:
        return ""
    above, others = int((near > value + 1e-9).sum()), len(near) - 1
    if above in (0, others):
        end = "haut" if above == 0 else "bas"
        return f"le plus {end} des {len(near)} quartiers connus du département"
    return (
        f"plus haut dans {counted(above, 'quartier')} du département sur les {others} autres connus"
    )
