"""The words of the QPV table: statuses, precisions, classes, and the components of the scores."""

from __future__ import annotations

from collections.abc import Mapping

STATUS_WORDS: Mapping[str, str] = {
    "observed": "observé",
    "modelled": "modélisé",
    "suppressed": "s (secret statistique)",
    "missing": "manquant",
}
PRECISION_WORDS: Mapping[str, str] = {
    "address": "à l'adresse",
    "coordinates": "au point près",
    "cell": "au carreau de 200 m",
    "iris": "à l'IRIS",
    "commune": "à la commune",
    "unknown": "inconnue",
}
# Files hold the unit with all its conditions; a sentence says what is counted.
_ACCESS_UNIT = "consultations/an/hab."
_ONE = {
    "habitants": "habitant",
    "lieux": "lieu",
    "lieux d'exercice": "lieu d'exercice",
    "personnes/an": "personne/an",
    "points": "point",
}


def said_unit(unit: str, value: float = 2.0) -> str:
    """The unit of a figure as a sentence says it, singular under 2."""
    if unit.startswith(_ACCESS_UNIT):
        return f"consultation{'s' if abs(value) >= 2 else ''} par an et par habitant"
    return _ONE.get(unit, unit) if value < 2 else unit


LEVEL_WORDS: Mapping[str, str] = {
    "cell": "par carreau de 200 m",
    "iris": "par IRIS",
    "point": "en un point",
    "": "",
}
# The parts of the score and the missing data, as people name them; the CSV's headings hold
# neither spaces nor accents.
COMPONENT_WORDS: Mapping[str, str] = {
    "poverty_share": "taux de pauvreté",
    "c2s_share": "C2S",
    "age60_share": "60 ans et plus",
    "one_person_share": "personnes seules",
    "single_parent_share": "familles monoparentales",
    "job_seekers_per_inhabitant": "demandeurs d'emploi",
    "digital_fragility": "fragilité numérique",
    "population": "nombre d'habitants",
    "c2s_unclaimed_share": "non-recours estimé à la C2S",
    "age75_share": "75 ans et plus",
    "foreign_share": "population étrangère (indice de langue)",
    "rsa_share": "RSA",
    "gp_access": "faible accès au généraliste",
    "fdep_quintile": "désavantage social (FDep)",
    "access_deficit": "manque d'accès au généraliste",
    "mediation_gap": "manque de médiation",
}
MISSING_WORDS: Mapping[str, str] = {
    **COMPONENT_WORDS,
    "access_deficit": "accès au généraliste non estimé",
    "mediation_gap": "médiation non renseignée",
}
PART_NAMES: Mapping[str, str] = {
    "poverty_share": "taux_de_pauvrete",
    "c2s_share": "c2s",
    "age60_share": "60_ans_et_plus",
    "one_person_share": "personnes_seules",
    "single_parent_share": "familles_monoparentales",
    "job_seekers_per_inhabitant": "demandeurs_d_emploi",
    "digital_fragility": "fragilite_numerique",
    "population": "nombre_d_habitants",
    "c2s_unclaimed_share": "non_recours_c2s",
    "age75_share": "75_ans_et_plus",
    "foreign_share": "population_etrangere",
    "rsa_share": "rsa",
    "gp_access": "faible_acces",
    "fdep_quintile": "fdep_quintile",
    "access_deficit": "manque_d_acces",
    "mediation_gap": "manque_de_mediation",
}
CLASS_WORDS: Mapping[str, str] = {
    "low": "faible",
    "mid": "moyen",
    "high": "élevé",
    "": "indéterminé",
}
