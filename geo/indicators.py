"""Each indicator, defined once: its name, its unit, its sense, and whether it may be summed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from geo.errors import NotSummable

Kind = Literal["share", "count", "index", "amount", "rate"]


@dataclass(frozen=True)
class Indicator:
    """One indicator. ``direction`` is +1 when more of it means more need, -1 less, 0 neither.

    ``noun_fr`` is the name as it reads inside a sentence, with its article.
    """

    id: str
    label_fr: str
    unit: str
    direction: int
    kind: Kind
    noun_fr: str
    summable: bool = False


INDICATORS: Mapping[str, Indicator] = {
    indicator.id: indicator
    for indicator in (
        Indicator("population", "Population", "habitants", 0, "count", "la population", True),
        Indicator("poverty_share", "Taux de pauvreté", "part", 1, "share", "la pauvreté"),
        Indicator(
            "median_income_eur", "Revenu médian", "€/an/UC", -1, "amount", "le revenu médian"
        ),
        Indicator(
            "c2s_share",
            "Bénéficiaires de la C2S (régime général)",
            "part",
            1,
            "share",
            "le recours à la complémentaire santé solidaire",
        ),
        Indicator(
            "covered_cnam",
            "Personnes couvertes par la Cnam",
            "personnes",
            0,
            "count",
            "les assurés du régime général",
            True,
        ),
        Indicator("age60_share", "Part des 60 ans ou plus", "part", 1, "share", "l'âge"),
        Indicator(
            "age24_share", "Part des moins de 25 ans", "part", 0, "share", "la part des jeunes"
        ),
        Indicator(
            "one_person_share",
            "Ménages d'une personne",
            "part",
            1,
            "share",
            "les personnes seules",
        ),
        Indicator(
            "large_household_share",
            "Ménages de six personnes ou plus",
            "part",
            0,
            "share",
            "les grands ménages",
        ),
        Indicator(
            "foreign_share", "Population étrangère", "part", 0, "share", "la population étrangère"
        ),
        Indicator(
            "single_parent_share",
            "Allocataires monoparentaux (Caf)",
            "part",
            1,
            "share",
            "les familles monoparentales",
        ),
        Indicator(
            "rsa_share", "Allocataires du RSA (Caf)", "part", 1, "share", "le recours au RSA"
        ),
        Indicator(
            "job_seekers",
            "Demandeurs d'emploi (A, B, C)",
            "personnes",
            1,
            "count",
            "les demandeurs d'emploi",
            True,
        ),
        Indicator(
            "job_seekers_per_inhabitant",
            "Demandeurs d'emploi par habitant",
            "part",
            1,
            "rate",
            "le chômage",
        ),
        Indicator("employment_share", "Taux d'emploi", "part", -1, "share", "l'emploi"),
        Indicator(
            "digital_fragility_region_ref",
            "Fragilité numérique (100 = région)",
            "indice",
            1,
            "index",
            "la fragilité numérique",
        ),
        Indicator(
            "digital_fragility",
            "Fragilité numérique, estimée au quartier",
            "indice",
            1,
            "index",
            "la fragilité numérique",
        ),
        Indicator(
            "apl_gp",
            "APL aux généralistes (DREES)",
            "consultations/an/hab. standardisé",
            -1,
            "rate",
            "l'APL aux généralistes",
        ),
        Indicator(
            "apl_nurse",
            "APL aux infirmiers (DREES)",
            "ETP/100 000 hab. standardisés",
            -1,
            "rate",
            "l'APL aux infirmiers",
        ),
        Indicator(
            "fdep_quintile",
            "Quintile de désavantage social (FDep)",
            "quintile (5 = le plus défavorisé)",
            1,
            "index",
            "le désavantage social",
        ),
        Indicator(
            "fdep",
            "Indice de désavantage social (FDep)",
            "indice",
            1,
            "index",
            "le désavantage social",
        ),
        Indicator(
            "access_deficit",
            "Déficit d'accès aux généralistes",
            "rang 0-100",
            1,
            "rate",
            "le faible accès aux généralistes",
        ),
        Indicator(
            "mediation_gap",
            "Manque de médiation",
            "part du besoin",
            1,
            "share",
            "le manque de médiation",
        ),
    )
}


def indicator(name: str) -> Indicator:
    """The definition of an indicator.

    Raises
    ------
    KeyError
        Naming the unknown id and the ones that exist.
    """
    if name not in INDICATORS:
        raise KeyError(f"indicateur « {name} » inconnu ; connus : {', '.join(sorted(INDICATORS))}")
    return INDICATORS[name]


def label_fr(name: str) -> str:
    """The French label of an indicator or of a score component."""
    return indicator(name).label_fr


def require_summable(name: str) -> None:
    """Refuse to add, average or subtract an indicator whose parts do not add up.

    Raises
    ------
    NotSummable
        In French, saying what may be used instead.
    """
    if not indicator(name).summable:
        raise NotSummable(
            f"Indicateur non sommable : « {label_fr(name)} ». Utilisez la valeur publiée pour "
            f"chaque quartier, ou recalculez-la depuis ses effectifs sommables."
        )
