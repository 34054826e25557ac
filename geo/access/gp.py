"""Potential access to general practitioners: of each place where people live, then of each QPV.

The offer is shared among all inhabitants (step 1 of the floating catchment), then read from each
piece of a QPV where people live (step 2, see ``geo.access.qpv_scale``), so that two QPV of one
commune have their own figures. Journeys are those of ``geo.access.journeys``; what a place of
practice stands for is in ``geo.access.activity``.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.access.activity import activity_model, capacity
from geo.access.communes import quarter_communes
from geo.access.journeys import Journeys, journeys, travel_rows
from geo.access.kernels import GP, kernel_of, reach_of
from geo.access.reached import reached
from geo.accessibility import PLAIN_UNIT, STANDARDISED_UNIT
from geo.measure import Floats
from geo.parameters import Parameters
from geo.schema import Layers
from geo.times.model import time_model
from geo.words import counted, number

__all__ = ["GP", "GpAccess", "gp_access", "quarter_communes", "travel_rows"]

_OWN_NAMES = {
    "precision": "access_precision",
    "pieces": "access_pieces",
    "level": "access_level",
    "nearest_min": "nearest_gp_min",
    "status": "access_status",
}


@dataclass(frozen=True)
class GpAccess:
    """``quarters``: code_qp, access, access_status, access_precision, access_pieces, access_level
    (cell, iris or point), nearest_gp_min, one row a QPV in the order of the layers.

    ``pieces`` are the parts of the QPV behind it (``geo.access.qpv_scale``) with their ``access``.
    ``demand`` is the access of each demand place, in the order of the demand table; ``people``
    the (standardised) people used there, NaN when unknown; ``unreached`` the ids of supplies that
    nobody can reach.
    """

    quarters: pd.DataFrame
    pieces: gpd.GeoDataFrame
    demand: Floats
    people: Floats
    unit: str
    unreached: tuple[str, ...]
    notes: tuple[str, ...]


def gp_access(layers: Layers, parameters: Parameters, found: Journeys | None = None) -> GpAccess:
    """Access of every demand place and of every QPV of the layers, in consultations a year.

    ``found`` are the journeys of these layers, when they are already known. Without any practice,
    or without any demand place, access is missing (NaN): a source is absent, which is not the same
    as nobody being in reach (0).
    """
    found = found or journeys(layers, parameters, (GP,), reach_of(GP, parameters))
    supply = found.supply[found.supply["profession"] == GP]
    demand, cut = found.demand, found.pieces.copy()
    people, unit, notes = standardised_people(demand)
    rule = parameters.access_rule
    if rule.cuts is not None and not parameters.access_cuts:
        notes.append(
            f"Classes d'accès : {rule.label_fr}, faits pour l'APL officielle ; notre indicateur de "
            "type APL peut être d'un autre niveau, et les classes avec lui."
        )
    if supply.empty or demand.empty:
        what = "Aucun cabinet de généraliste" if supply.empty else "Aucune population localisée"
        notes.append(f"{what} dans les données : l'accès aux généralistes est manquant.")
    got = reached(
        found, GP, practice_capacity(found, parameters), people, kernel_of(GP, parameters)
    )
    cut["access"] = got.pieces
    if got.uncovered.any() and not supply.empty:
        notes.append(
            f"{counted(int(got.uncovered.sum()), 'quartier')} dans un département absent du "
            "fichier des cabinets : accès manquant, jamais zéro."
        )
    told = found.quarters[["code_qp"]].join(got.quarters.rename(columns=_OWN_NAMES))
    if len(supply) and len(demand):
        notes = [*travel_notes(found, parameters), *notes]
    notes += _supply_notes(supply, got.unreached)
    return GpAccess(told, cut, got.demand, people, unit, got.unreached, tuple(notes))


def travel_notes(found: Journeys, parameters: Parameters) -> list[str]:
    """What the minutes rest on: roads with their credit, or the crow-fly model."""
    model = time_model(parameters).sentence_fr()
    notes = []
    if not np.isnan(found.too_short):
        notes.append(
            f"Temps par les routes calculés jusqu'à {number(found.too_short)}\u00a0min seulement : "
            "ils ne servent pas ici."
        )
    if not found.source:
        return [*notes, f"Temps de trajet estimés : {model}."]
    notes.append(f"{found.source}.")
    places, sites = found.off_network
    if places or sites:
        notes.append(
            f"Hors du réseau de routes : {counted(places, 'lieu', 'lieux')} de départ et "
            f"{counted(sites, 'lieu', 'lieux')} de soins ; leurs temps sont estimés, {model}."
        )
    return notes


def practice_capacity(found: Journeys, parameters: Parameters) -> Floats:
    """Consultations a year of each supply; 0 where the number of practices is unknown."""
    practices = found.supply["practices"].to_numpy(float)
    density = np.full(len(practices), np.nan)
    for part in found.parts:
        density[part.supply] = part.density[part.site]
    return np.nan_to_num(capacity(practices, density, activity_model(parameters)))


def standardised_people(demand: pd.DataFrame) -> tuple[Floats, str, list[str]]:
    """People of each demand place, standardised where that is known, the unit and what to say."""
    standard = demand["standardised_population"]
    people = standard.fillna(demand["population"]).to_numpy(float)
    unit = STANDARDISED_UNIT if standard.notna().any() else PLAIN_UNIT
    notes = []
    plain = int((standard.isna() & demand["population"].notna()).sum())
    if plain and standard.notna().any():
        notes.append(
            f"{counted(plain, 'lieu de résidence', 'lieux de résidence')} sans population "
            "standardisée : la population simple y a été prise."
        )
    unknown = int(np.isnan(people).sum())
    if unknown:
        notes.append(
            f"{counted(unknown, 'lieu de résidence', 'lieux de résidence')} sans population "
            "connue : l'accès estimé autour est un maximum."
        )
    return people, unit, notes


def _supply_notes(supply: gpd.GeoDataFrame, unreached: tuple[str, ...]) -> list[str]:
    notes = []
    uncounted = int(supply["practices"].isna().sum())
    if uncounted:
        notes.append(
            f"{counted(uncounted, 'ligne')} de l'offre sans nombre de praticiens : elles ne "
            "comptent pas, l'accès estimé autour est un minimum."
        )
    located = ~(supply.geometry.isna() | supply.geometry.is_empty)
    lost = supply.loc[~located, "practices"].sum()
    if lost:
        notes.append(
            f"{counted(lost, 'lieu', 'lieux')} d'exercice de généraliste sans position connue : "
            "au mieux rattaché à sa commune."
        )
    alone = supply.loc[located & supply["supply_id"].isin(unreached), "practices"].sum()
    if alone:
        notes.append(
            f"Offre sans population à portée : {counted(alone, 'lieu', 'lieux')} d'exercice de "
            "généraliste, sans effet sur l'accès."
        )
    return notes
