"""Calls for applications that are known: who may be chosen, how the list is cut up, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from geo.errors import BadInput
from geo.priority.eligibility import DEFAULT_FILTERS, Filter


@dataclass(frozen=True)
class Preset:
    """``filters`` say who is a candidate; ``group_fr`` names a part of the list (a département);
    ``facts`` are what is known of the call, each with its source."""

    id: str
    title_fr: str
    group_fr: str
    filters: tuple[Filter, ...]
    facts: tuple[str, ...]


PRESETS: Mapping[str, Preset] = {
    preset.id: preset
    for preset in (
        Preset(
            "aac-aura-2016",
            "Appel à candidatures : médiateurs santé dans les quartiers prioritaires",
            "délégation départementale",
            DEFAULT_FILTERS,
            (
                "Appel lancé en 2016 par l'ARS Auvergne-Rhône-Alpes pour des médiateurs santé dans "
                "les QPV. Priorité régionale : QPV, ou quintile FDep 4-5 (publié, ARS "
                "Auvergne-Rhône-Alpes). Tous les candidats de ce dossier sont des QPV : le "
                "quintile FDep n'en écarte aucun.",
                "Repères 2024 (ARS Auvergne-Rhône-Alpes) : 85 postes, environ 4,5 M€ et 10 000 "
                "personnes par an, soit environ 118 personnes et 52 900 € par poste et 450 € par "
                "personne (calculés sur des valeurs arrondies ; pas une norme).",
            ),
        ),
        Preset(
            "libre",
            "Choix de quartiers prioritaires pour la médiation en santé",
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
