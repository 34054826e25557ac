"""The mediation of a territory on one page: coverage, states, kinds, départements, ends."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from geo.completeness import user_posts
from geo.mediation.capacity import PARTIAL, UNKNOWN
from geo.mediation.headline import Headline, headlines, least_share
from geo.mediation.kinds import by_kind
from geo.mediation.kpis import coverage
from geo.mediation.losses import loss_by_structure
from geo.mediation.plain import plain
from geo.mediation.populations import Populations, in_words
from geo.programme import programme_in_words
from geo.words import counted, date_fr, plural

if TYPE_CHECKING:
    from geo.analysis import Analysis
    from geo.schema import Layers


@dataclass(frozen=True)
class Overview:
    """What ``qpv coverage`` tells. Figures are NaN when unknown; ``need`` is modelled.

    ``populations``: status, perimeters, vintages and sources of the populations that the figures
    rest on, how many QPV have one (``quarters``) or none (``without``), and it all in words.
    ``kinds``, ``departements`` and ``losses`` are tables (``geo.mediation.kinds``, the same
    figures by département, ``geo.mediation.losses``); ``remarks`` are French sentences on what
    the figures leave out, ``benchmark`` the published regional programme.
    """

    territory: str
    fictional: bool
    as_of: str
    headlines: tuple[Headline, ...]
    populations: dict[str, Any]
    states: dict[str, int]
    need: dict[str, float]
    kinds: pd.DataFrame
    departements: pd.DataFrame
    losses: pd.DataFrame
    remarks: tuple[str, ...]
    benchmark: str


def overview(analysis: Analysis, layers: Layers) -> Overview:
    """Gather the mediation of the territory shown, at the date of the analysis's parameters."""
    shown = analysis.qpv
    reach = analysis.mediation_reach
    here = reach[reach["code_qp"].isin(shown["code_qp"])]
    return Overview(
        territory=analysis.territory,
        fictional=analysis.fictional,
        as_of=analysis.parameters.as_of,
        headlines=headlines(analysis.coverage, analysis.parameters),
        populations=_populations(analysis.coverage.populations, layers),
        states=analysis.coverage.states,
        need=_need(shown),
        # Where nobody said who works, no kind has a count, not even 0.
        kinds=by_kind(here, analysis.parameters).iloc[: None if analysis.coverage.qpv_known else 0],
        departements=_departements(shown),
        losses=loss_by_structure(analysis.comparators, reach, analysis.parameters),
        remarks=_remarks(analysis, layers, here),
        benchmark=programme_in_words(),
    )


def to_record(told: Overview) -> dict[str, Any]:
    """The overview as plain values for JSON: None for what is unknown."""
    tables = {
        name: [plain(row) for row in getattr(told, name).to_dict("records")]
        for name in ("kinds", "departements", "losses")
    }
    return {
        "territory": told.territory,
        "fictional": told.fictional,
        "as_of": told.as_of or None,
        "headlines": [plain(asdict(line)) for line in told.headlines],
        "populations": plain(told.populations),
        "states": told.states,
        "need": {**plain(told.need), "status": "modelled"},
        **tables,
        "remarks": list(told.remarks),
        "benchmark": told.benchmark,
    }


def _populations(found: Populations, layers: Layers) -> dict[str, Any]:
    quarters, sources = layers["qpv"], layers["sources"]
    shown = quarters[(quarters["scope"] == "territory") & quarters["population"].notna()]
    used = set(shown["population_source"])
    titles = sources.loc[sources["source_id"].isin(used), "title"]
    return {**asdict(found), "sources": tuple(sorted(titles)), "words": in_words(found)}


_SUMMED = (
    "need_people",
    "residual_people",
    "residual_people_low",
    "residual_people_high",
    "residual_fte",
    "residual_fte_low",
    "residual_fte_high",
)


def _need(quarters: pd.DataFrame) -> dict[str, float]:
    """Sums over the QPV whose population is known; how many are not, or are only a maximum."""
    known = quarters["need_people"].notna()
    sums = {name: float(quarters[name].sum(min_count=1)) for name in _SUMMED}
    return {
        **sums,
        "quarters_without_need": float((~known).sum()),
        "quarters_at_maximum": float((known & quarters["residual_is_maximum"]).sum()),
    }


def _departements(quarters: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for code, own in quarters.groupby("departement"):
        kpis = coverage(own)
        partly = kpis.inhabitants_known < kpis.inhabitants_total
        rows.append(
            {
                "departement": code,
                "qpv_total": kpis.qpv_total,
                "qpv_known": kpis.qpv_known,
                "qpv_unknown": kpis.qpv_unknown,
                "qpv_with_mediator": kpis.qpv_with_mediator,
                "qpv_share": kpis.qpv_share,
                "inhabitants_share": kpis.inhabitants_share,
                "inhabitants_known": kpis.inhabitants_known,
                "inhabitants_total": kpis.inhabitants_total,
                "inhabitants_share_written": least_share(kpis.inhabitants_share, partly),
                "qpv_covered": kpis.qpv_covered,
                "covered_share": kpis.covered_share,
                **{f"{name}_status": status for name, status in kpis.statuses.items()},
                "inhabitants_covered_share": kpis.inhabitants_covered_share,
                "inhabitants_covered_written": least_share(kpis.inhabitants_covered_share, partly),
                "mediation_fte": float(own["mediation_fte"].sum(min_count=1)),
                "mediation_fte_is_minimum": bool(own["mediation_fte"].isna().any()),
                "residual_people": float(own["residual_people"].sum(min_count=1)),
                "residual_fte": float(own["residual_fte"].sum(min_count=1)),
                "residual_is_maximum": bool(own["residual_is_maximum"].any()),
            }
        )
    return pd.DataFrame(rows)


def _remarks(analysis: Analysis, layers: Layers, here: pd.DataFrame) -> tuple[str, ...]:
    quarters, day = analysis.qpv, analysis.parameters.as_of
    if user_posts(layers["mediation"]).empty:
        return (
            "Aucun fichier de médiation apporté : la médiation est inconnue partout, ce qui ne "
            "veut pas dire absente. Modèle à remplir : écran « Données », Apporter vos fichiers.",
        )
    when = (
        f"Conventions en cours au {date_fr(day)}."
        if day
        else "Conventions jugées sur l'année que décrit chaque ligne."
    )
    told = [when]
    unknown = int((quarters["coverage_state"] == UNKNOWN).sum())
    if unknown:
        told.append(
            f"{counted(unknown, 'quartier')} dont le fichier ne dit rien : comptés à part, "
            "jamais comme non couverts ; les parts sont alors « au moins », et leur besoin restant "
            "un maximum."
        )
    partial = int((quarters["coverage_state"] == PARTIAL).sum())
    if partial:
        told.append(
            f"{counted(partial, 'quartier')} en présence partielle : un médiateur, mais pas de "
            "permanence hebdomadaire connue, ou trop d'habitants pour son temps."
        )
    afoot = int(quarters["mediation_walk_only"].sum())
    if afoot:
        told.append(
            f"{counted(afoot, 'quartier')} {plural(afoot, 'servi')} seulement par une permanence "
            "à portée de marche (estimé)."
        )
    posts = here.drop_duplicates("mediation_id")
    endless = int((posts["convention_end"] == "").sum())
    if endless:
        told.append(
            f"{counted(endless, 'intervention')} sans date de fin de convention : "
            f"{plural(endless, 'tenue')} pour en cours."
        )
    timeless = int(posts["post_fte"].isna().sum())
    if timeless:
        told.append(
            f"{counted(timeless, 'intervention')} sans heures ni ETP : personnes suivies "
            "inconnues, besoin restant au maximum."
        )
    return tuple(told)
