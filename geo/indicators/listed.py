"""Every indicator of the project, defined once."""

from __future__ import annotations

from collections.abc import Mapping

from geo.indicators.definition import Indicator

_RP = "Insee, recensement de la population"
_QPV_RP = "Insee, statistiques des QPV (recensement)"
_FILOSOFI = "Insee, Filosofi"
_CNAM = "Cnam et Insee, bénéficiaires de la C2S, régime général seulement"
_CNAF = "Cnaf et Insee, allocataires des Caf"
_WORK = "France Travail et Insee"
_IFN = "La Mednum, indice de fragilité numérique"
_DREES = "DREES, APL"
_FDEP = "Santé publique France, FDep, fichier apporté par l'utilisateur"
_PROJECT = "calcul du projet"

INDICATORS: Mapping[str, Indicator] = {
    indicator.id: indicator
    for indicator in (
        Indicator(
            "population", "Population", "habitants", 1, "count", "la population",
            "population municipale", _QPV_RP, summable=True,
        ),
        Indicator(
            "population_65p", "Habitants de 65 ans ou plus", "habitants", 0, "count",
            "les habitants de 65 ans ou plus", "habitants de 65 ans ou plus", _RP, summable=True,
        ),
        Indicator(
            "population_75p", "Habitants de 75 ans ou plus", "habitants", 0, "count",
            "les habitants de 75 ans ou plus", "habitants de 75 ans ou plus", _RP, summable=True,
        ),
        Indicator(
            "population_iris", "Population des IRIS", "habitants", 0, "count",
            "la population des IRIS", "habitants, somme des IRIS", _RP, summable=True,
        ),
        Indicator(
            "poverty_share", "Taux de pauvreté", "part", 1, "share", "la pauvreté",
            "personnes sous 60 % du niveau de vie médian national, sur toutes les personnes",
            _FILOSOFI,
        ),
        Indicator(
            "median_income_eur", "Revenu médian", "€/an/UC", -1, "amount", "le revenu médian",
            "médiane du revenu disponible par unité de consommation", _FILOSOFI,
        ),
        Indicator(
            "c2s_share", "Bénéficiaires de la C2S (régime général)", "part", 1, "share",
            "le recours à la complémentaire santé solidaire",
            "bénéficiaires de la C2S, avec ou sans participation, sur les personnes couvertes",
            _CNAM, counts=("c2s_beneficiaries", "covered_cnam"),
        ),
        Indicator(
            "c2s_beneficiaries", "Bénéficiaires de la C2S", "personnes", 0, "count",
            "les bénéficiaires de la C2S",
            "bénéficiaires de la C2S sans participation, plus ceux avec participation",
            _CNAM, summable=True,
        ),
        Indicator(
            "covered_cnam", "Personnes couvertes par la Cnam", "personnes", 0, "count",
            "les assurés du régime général", "personnes couvertes par le régime général", _CNAM,
            summable=True,
        ),
        Indicator(
            "c2s_unclaimed_share", "Non-recours estimé à la C2S", "part", 1, "share",
            "le non-recours à la C2S",
            "bénéficiaires × taux national de non-recours / (1 − ce taux), sur les personnes "
            "couvertes ; jamais plus que les assurés sans C2S",
            "Cnam ; taux national DSS appliqué par le projet",
        ),
        Indicator(
            "age60_share", "Part des 60 ans ou plus", "part", 1, "share", "l'âge",
            "habitants de 60 ans ou plus, sur les habitants", _QPV_RP,
        ),
        Indicator(
            "age65_share", "Part des 65 ans ou plus", "part", 1, "share", "l'âge",
            "habitants de 65 ans ou plus, sur les habitants des IRIS", _RP,
            counts=("population_65p", "population_iris"),
        ),
        Indicator(
            "age75_share", "Part des 75 ans ou plus, estimée au quartier", "part", 1, "share",
            "le grand âge", "habitants de 75 ans ou plus, sur les habitants des IRIS", _RP,
            counts=("population_75p", "population_iris"),
        ),
        Indicator(
            "age24_share", "Part des moins de 25 ans", "part", 0, "share", "la part des jeunes",
            "habitants de moins de 25 ans, sur les habitants", _QPV_RP,
        ),
        Indicator(
            "one_person_share", "Ménages d'une personne", "part", 1, "share",
            "les personnes seules", "ménages d'une personne, sur les ménages", _QPV_RP,
        ),
        Indicator(
            "large_household_share", "Ménages de six personnes ou plus", "part", 0, "share",
            "les grands ménages", "ménages de six personnes ou plus, sur les ménages", _QPV_RP,
        ),
        Indicator(
            "foreign_share", "Population étrangère (indice indirect des besoins de langue)",
            "part", 1, "share", "la part d'étrangers",
            "habitants de nationalité étrangère, sur les habitants ; la nationalité ne dit pas la "
            "langue parlée", _QPV_RP,
        ),
        Indicator(
            "single_parent_share", "Allocataires monoparentaux (Caf)", "part", 1, "share",
            "les familles monoparentales", "allocataires monoparentaux, sur les allocataires",
            _CNAF,
        ),
        Indicator(
            "rsa_share", "Allocataires du RSA (Caf)", "part", 1, "share", "le recours au RSA",
            "allocataires du RSA, sur les allocataires", _CNAF,
        ),
        Indicator(
            "job_seekers", "Demandeurs d'emploi (A, B, C)", "personnes", 1, "count",
            "les demandeurs d'emploi", "demandeurs d'emploi des catégories A, B et C", _WORK,
            summable=True,
        ),
        Indicator(
            "job_seekers_per_inhabitant", "Demandeurs d'emploi par habitant", "part", 1, "rate",
            "le chômage", "demandeurs d'emploi A, B, C, sur les habitants du même périmètre",
            f"{_WORK} ; rapport : {_PROJECT}", counts=("job_seekers", "population"),
        ),
        Indicator(
            "employment_share", "Taux d'emploi", "part", -1, "share", "l'emploi",
            "personnes en emploi, sur les personnes en âge de travailler", _QPV_RP,
        ),
        Indicator(
            "digital_fragility_region_ref", "Fragilité numérique (100 = région)", "indice", 1,
            "index", "la fragilité numérique", "indice de l'IRIS, 100 pour la région", _IFN,
        ),
        Indicator(
            "digital_fragility", "Fragilité numérique, estimée au quartier", "indice", 1, "index",
            "la fragilité numérique",
            "indices des IRIS pondérés par leurs habitants dans le quartier",
            f"{_IFN} ; passage au quartier : {_PROJECT}",
        ),
        Indicator(
            "apl_gp", "APL aux généralistes (DREES)", "consultations/an/hab. standardisé", -1,
            "rate", "l'APL aux généralistes", "accessibilité potentielle localisée de la commune",
            _DREES,
        ),
        Indicator(
            "apl_gp_65", "APL aux généralistes de 65 ans ou moins (DREES)",
            "consultations/an/hab. standardisé", -1, "rate",
            "l'APL aux généralistes de 65 ans ou moins",
            "accessibilité potentielle localisée de la commune, sans les plus de 65 ans", _DREES,
        ),
        Indicator(
            "apl_nurse", "APL aux infirmiers (DREES)", "ETP/100 000 hab. standardisés", -1,
            "rate", "l'APL aux infirmiers", "accessibilité potentielle localisée de la commune",
            _DREES,
        ),
        Indicator(
            "fdep_quintile", "Quintile de désavantage social (FDep)",
            "quintile (5 = le plus défavorisé)", 1, "index", "le désavantage social",
            "quintile de l'indice, pondéré par la population", _FDEP,
        ),
        Indicator(
            "fdep", "Indice de désavantage social (FDep)", "indice", 1, "index",
            "le désavantage social",
            "première composante principale du revenu médian, des bacheliers, des ouvriers et du "
            "chômage de la commune", _FDEP,
        ),
        Indicator(
            "gp_access", "Accès aux généralistes, estimé au quartier",
            "consultations/an/hab. standardisé", -1, "rate", "le faible accès aux généralistes",
            "consultations accessibles par habitant standardisé et par an (méthode de type APL)",
            _PROJECT,
        ),
        Indicator(
            "access_deficit", "Déficit d'accès aux généralistes", "rang 0-100", 1, "rate",
            "le faible accès aux généralistes", "rang du quartier, du mieux au moins bien servi",
            _PROJECT,
        ),
        Indicator(
            "mediation_gap", "Manque de médiation", "part du besoin", 1, "share",
            "le manque de médiation", "personnes à accompagner non suivies, sur celles à "
            "accompagner", _PROJECT,
        ),
    )
}  # fmt: skip


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
