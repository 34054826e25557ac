"""Calls for applications that are known: who may be chosen, how the list is cut up, and why."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from geo.errors import BadInput
from geo.priority.eligibility import DEFAULT_FILTERS, Filter

# Euros a year for one post: 4.5 M€ for 85 posts [published, ARS Auvergne-Rhône-Alpes 2024],
# rounded figures; not a norm, and editable wherever it is used.
COST_PER_POST = 52_900.0


@dataclass(frozen=True)
class Preset:
    """``filters`` say who is a candidate; ``group_fr`` names a part of the list (a département);
    ``facts`` are what is known of the call, each with its source."""

    id: str
    title_fr: str
    short_fr: str
    group_fr: str
    filters: tuple[Filter, ...]
    facts: tuple[str, ...]


PRESETS: Mapping[str, Preset] = {
    preset.id: preset
    for preset in (
        Preset(
            "aac-aura-2016",
            "Appel à candidatures : médiateurs santé dans les quartiers prioritaires",
            "Appel ARS 2016",
            "délégation départementale",
            DEFAULT_FILTERS,
            (
                "Appel lancé en 2016 par l'ARS Auvergne-Rhône-Alpes pour des médiateurs santé dans "
                "les QPV. Priorité régionale : QPV, ou quintile FDep 4-5 (publié, ARS "
                "Auvergne-Rhône-Alpes). Tous les candidats de ce dossier sont des QPV : le "
                "quintile FDep n'en écarte aucun, sauf si le filtre « FDep 4-5 » est choisi.",
                "Repères 2024 (ARS Auvergne-Rhône-Alpes) : 85 postes, environ 4,5 M€ et 10 000 "
                "personnes par an, soit environ 118 personnes et 52 900 € par poste et 450 € par "
                "personne (calculés sur des valeurs arrondies ; pas une norme).",
            ),
        ),
        Preset(
            "libre",
            "Choix de quartiers prioritaires pour la médiation en santé",
            "Choix libre",
            "département",
            DEFAULT_FILTERS,
            (),
        ),
    )
}


def preset(name: str) -> Preset:
    """The preset of this id.

    Raises
    ------
    BadInput
        Naming those that exist.
    """
    if name not in PRESETS:
        raise BadInput(f"Modèle d'appel « {name} » inconnu. Modèles : {', '.join(PRESETS)}.")
    return PRESETS[name]


def posts_for(budget: float, cost: float = COST_PER_POST) -> int:
    """Whole posts that a budget pays for, both in euros a year.

    Raises
    ------
    BadInput
        When the budget is negative or the cost is not above 0.
    """
    if not (math.isfinite(budget) and budget >= 0 and math.isfinite(cost) and cost > 0):
        raise BadInput(
            f"Budget de {budget:g} € pour {cost:g} € par poste : un budget positif et un coût de "
            "plus de 0 € sont attendus."
        )
    return math.floor(budget / cost)
