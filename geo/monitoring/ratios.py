"""Activity beside its benchmarks, each ratio with its interval: no benchmark is a norm.

People accompanied per FTE-year (exact Poisson interval, Garwood), cost per person (the same,
inverted), share of dwellings visited where somebody was met (Wilson). METHODS section 3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.intervals import garwood, wilson
from geo.outreach.assumptions import ROANNE_MET, ROANNE_VISITED
from geo.parameters import Parameters
from geo.programme import AURA_2024, AURA_SOURCE
from geo.words import counted, euros, number, percent

MONTHS_A_YEAR = 12
ENOUGH_FOR_A_YEAR = 12


@dataclass(frozen=True)
class Benchmark:
    """What a ratio is read beside: ``low``–``high`` is its range, ``mark`` that of METHODS."""

    id: str
    label_fr: str
    value: float
    low: float
    high: float
    unit: str
    source: str
    mark: str

    def written(self, value: float) -> str:
        """A figure of this ratio as people read it."""
        if self.unit == "%":
            return percent(value)
        return euros(value) if self.unit.startswith("€") else number(value)

    @property
    def told(self) -> str:
        """``118 (de 100 à 150)``; a benchmark without a range is told alone."""
        if self.low == self.high:
            return self.written(self.value)
        return f"{self.written(self.value)} (de {self.written(self.low)} à " + (
            f"{self.written(self.high)})"
        )


@dataclass(frozen=True)
class Ratio:
    """One ratio of one unit: figure, interval, on how much it rests, what it says in words."""

    level: str
    unit: str
    ratio: str
    value: float
    low: float
    high: float
    status: str
    months: int
    reading_fr: str


def benchmarks() -> Mapping[str, Benchmark]:
    """The three benchmarks, by ratio, as published: no assumption of a reader changes them."""
    usual = Parameters()
    low, high = usual.people_per_fte_range
    share = ROANNE_MET / ROANNE_VISITED
    bottom, top = wilson(ROANNE_MET, ROANNE_VISITED)
    cost = AURA_2024.cost_per_person_eur
    found = (
        Benchmark(
            "people_per_fte", "Personnes accompagnées par ETP et par an",
            usual.people_per_fte, low, high, "personnes/ETP/an",
            f"calculé de chiffres arrondis, {AURA_SOURCE} ; fourchette : choix du projet. Chiffre "
            "dérivé, pas une norme", "computed",
        ),
        Benchmark(
            "cost_per_person", "Coût par personne accompagnée", cost, cost, cost, "€/personne",
            f"calculé de chiffres arrondis, {AURA_SOURCE}. Coût complet non établi ; chiffre "
            "dérivé, pas une norme", "computed",
        ),
        Benchmark(
            "contact_rate", "Part des logements visités avec rencontre", share, bottom, top, "%",
            f"{ROANNE_MET} personnes rencontrées pour {ROANNE_VISITED} logements visités en 4 mois "
            "à Roanne (fiche Inspir'action, Fabrique Territoires Santé, 2017) ; une personne par "
            "logement est notre lecture ; intervalle de Wilson à 95\u00a0%", "published",
        ),
    )  # fmt: skip
    return {benchmark.id: benchmark for benchmark in found}


def ratios_of(level: str, unit: str, lines: pd.DataFrame, hidden: frozenset[str]) -> list[Ratio]:
    """The three ratios of the lines of one unit.

    ``hidden``: the counters that may not be shown for this unit; a ratio of one of them would
    give it away, since FTE, costs and months are shown.
    """
    return [
        _people_per_fte(level, unit, lines, hidden),
        _cost_per_person(level, unit, lines, hidden),
        _contact_rate(level, unit, lines, hidden),
    ]


def _people_per_fte(level: str, unit: str, lines: pd.DataFrame, hidden: frozenset[str]) -> Ratio:
    told = lines[lines["accompanied"].notna()]
    months = told["month"].nunique()
    make = _Maker(level, unit, benchmarks()["people_per_fte"], months)
    if reason := _lacking(told, "fte", "l'ETP"):
        return make.missing(reason)
    if "accompanied" in hidden:
        return make.suppressed()
    years = float(told["fte"].sum()) / MONTHS_A_YEAR
    people = float(told["accompanied"].sum())
    low, high = garwood(people)
    year = (
        "" if months >= ENOUGH_FOR_A_YEAR
        else f" Annualisé à partir de {counted(months, 'mois', 'mois')} : la saison compte."
    )  # fmt: skip
    basis = f"{counted(people, 'personne')} pour {number(years, 2)} ETP-an.{year}"
    return make.told(
        people / years, low / years, high / years, basis, "modelled" if year else "observed"
    )


def _cost_per_person(level: str, unit: str, lines: pd.DataFrame, hidden: frozenset[str]) -> Ratio:
    told = lines[lines["accompanied"].notna()]
    make = _Maker(
        level, unit, benchmarks()["cost_per_person"], told["month"].nunique()
    )  # fmt: skip
    if reason := _lacking(told, "cost_eur", "le coût"):
        return make.missing(reason)
    if "accompanied" in hidden:
        return make.suppressed()
    people, cost = float(told["accompanied"].sum()), float(told["cost_eur"].sum())
    if people == 0:
        return make.missing("personne accompagnée : aucune, il n'y a pas de coût par personne")
    low, high = garwood(people)
    basis = f"{euros(cost)} pour {counted(people, 'personne')} ; seul le nombre de personnes varie."
    return make.told(cost / people, cost / high, cost / low, basis)


def _contact_rate(level: str, unit: str, lines: pd.DataFrame, hidden: frozenset[str]) -> Ratio:
    told = lines[lines["dwellings_visited"].notna() | lines["dwellings_met"].notna()]
    make = _Maker(level, unit, benchmarks()["contact_rate"], told["month"].nunique())
    for column, words in (
        ("dwellings_visited", "le nombre de logements visités"),
        ("dwellings_met", "le nombre de logements avec rencontre"),
    ):
        if reason := _lacking(told, column, words):
            return make.missing(reason)
    if hidden & {"dwellings_visited", "dwellings_met"}:
        return make.suppressed()
    visited, met = float(told["dwellings_visited"].sum()), float(told["dwellings_met"].sum())
    if visited == 0:
        return make.missing("aucun logement visité")
    basis = f"{number(met)} logements avec rencontre sur {number(visited)} visités."
    return make.told(met / visited, *wilson(met, visited), basis)


@dataclass(frozen=True)
class _Maker:
    level: str
    unit: str
    benchmark: Benchmark
    months: int

    def told(
        self, value: float, low: float, high: float, basis: str, status: str = "observed"
    ) -> Ratio:
        """A ratio of counts; ``modelled`` when it carries a part of the year to the whole."""
        mark = self.benchmark
        # Two ranges that overlap do not prove that two figures agree.
        if high < mark.low:
            where = "en dessous du repère"
        elif low > mark.high:
            where = "au-dessus du repère"
        elif mark.low == mark.high:
            where = "l'intervalle contient le repère, l'écart peut tenir au hasard ; repère"
        else:
            where = "les intervalles se recouvrent, l'écart peut tenir au hasard ; repère"
        words = (
            f"{mark.written(value)} (de {mark.written(low)} à {mark.written(high)}, intervalle à "
            f"95 %), {where} : {mark.told}. {basis}"
        )
        return self._ratio(value, low, high, status, words)

    def suppressed(self) -> Ratio:
        return self._empty("suppressed", "Caché : secret statistique.")

    def missing(self, reason: str) -> Ratio:
        return self._empty("missing", f"Non calculé : {reason}.")

    def _empty(self, status: str, words: str) -> Ratio:
        return self._ratio(np.nan, np.nan, np.nan, status, words)

    def _ratio(self, value: float, low: float, high: float, status: str, words: str) -> Ratio:
        return Ratio(
            self.level, self.unit, self.benchmark.id, value, low, high, status, self.months, words
        )


def _lacking(told: pd.DataFrame, column: str, words: str) -> str:
    """Why a ratio cannot be had; a part of the lines would give the others by subtraction."""
    if told.empty:
        return "rien n'est déclaré"
    absent = int(told[column].isna().sum())
    return f"{words} manque pour {counted(absent, 'ligne')} sur {len(told)}" if absent else ""
