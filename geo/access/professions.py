"""Access of each QPV to each profession, by one call: the same journeys, the same rules.

Only general practitioners have an activity: their access is in full-time equivalents. That of the
others is in places of practice (or establishments) per 100,000 inhabitants: no activity of theirs
is invented, and a place is not a person.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from geo.access.gp import practice_capacity, standardised_people
from geo.access.journeys import Journeys, journeys
from geo.access.kernels import GP, kernel_of, reach_of
from geo.access.reached import count_from_quarters, reached
from geo.access.walking import Walks, care_on_foot, practices_near, street_walks
from geo.parameters import Parameters
from geo.schema import SUPPLY_PROFESSIONS, Layers

PROFESSION_COLUMNS = (
    "code_qp",
    "profession",
    "access",
    "access_unit",
    "access_status",
    "access_precision",
    "nearest_min",
    "count_car",
    "nearest_walk_min",
    "count_walk",
    "vintage",
)
FTE_UNIT = "ETP/100 000 hab. standardisés (indicateur de type APL, calcul du projet)"
PLACES_UNIT = "lieux d'exercice/100 000 hab. (indicateur de type APL, calcul du projet)"
_ESTABLISHMENTS = ("pharmacie", "centre_de_sante", "maison_de_sante", "hopital")
ESTABLISHMENTS_UNIT = "établissements/100 000 hab. (indicateur de type APL, calcul du projet)"
_PER = 100_000.0


def access_by_profession(
    layers: Layers,
    parameters: Parameters,
    professions: Collection[str] = SUPPLY_PROFESSIONS,
    *,
    shared: Journeys | None = None,
    practices: pd.DataFrame | None = None,
    walks: Walks | None = None,
) -> pd.DataFrame:
    """One row a QPV and profession (``PROFESSION_COLUMNS``), in the order given.

    ``access`` is in ``access_unit``, modelled; ``nearest_min`` and ``count_car`` (places within
    ``parameters.car_min``) are by car from the QPV's point, ``nearest_walk_min`` and
    ``count_walk`` (within ``parameters.walk_min``) on foot. A profession of which the layers have
    no place, or none in the QPV's département, is missing (NaN), not zero.

    Parameters
    ----------
    shared, practices, walks : journeys, pairs and walks already known of these layers (see
        ``shared_journeys``); made here when not given.
    """
    found = shared or shared_journeys(layers, parameters, professions)
    if practices is None:
        walks = street_walks(layers, found.pieces, parameters)
        practices = practices_near(layers.geo("supply"), found.quarters, parameters, walks)
    parts = []
    for profession in professions:
        own = found
        if reach_of(profession, parameters) > found.reach_min:
            limit = reach_of(profession, parameters)
            own = journeys(layers, parameters, (profession,), limit, found)
        told = _one(own, profession, parameters)
        on_foot = care_on_foot(
            profession, practices, layers.geo("supply"), own.quarters, own.communes, parameters,
            walks,
        )  # fmt: skip
        told["count_walk"] = on_foot["walk"].to_numpy()
        told["nearest_walk_min"] = on_foot["nearest_walk_min"].to_numpy()
        parts.append(told)
    if not parts:
        return pd.DataFrame(columns=list(PROFESSION_COLUMNS))
    return pd.concat(parts, ignore_index=True)[list(PROFESSION_COLUMNS)]


def shared_journeys(
    layers: Layers, parameters: Parameters, professions: Collection[str] = SUPPLY_PROFESSIONS
) -> Journeys:
    """The journeys to all these professions, as far as general practitioners are looked for.

    A profession looked for further away has journeys of its own: few need them.
    """
    return journeys(layers, parameters, professions, reach_of(GP, parameters))


def _one(found: Journeys, profession: str, parameters: Parameters) -> pd.DataFrame:
    supply = found.supply
    own = (supply["profession"] == profession).to_numpy()
    places = np.where(own, supply["practices"].fillna(0.0), 0.0)
    if profession == GP:
        people, _, _ = standardised_people(found.demand)
        offered = practice_capacity(found, parameters) / parameters.consultations_per_fte
        weights, unit = None, FTE_UNIT
    else:
        people, offered = found.demand["population"].to_numpy(float), places
        whole = found.pieces["level"] == "point"
        weights = found.pieces["population"].mask(whole, 1.0).to_numpy(float)
        unit = ESTABLISHMENTS_UNIT if profession in _ESTABLISHMENTS else PLACES_UNIT
    got = reached(found, profession, offered, people, kernel_of(profession, parameters), weights)
    count = count_from_quarters(found, places, parameters.car_min, "le")
    vintages = sorted(set(supply.loc[own, "vintage"]) - {""})
    return pd.DataFrame(
        {
            "code_qp": found.quarters["code_qp"],
            "profession": profession,
            "access": got.quarters["access"] * _PER,
            "access_unit": unit,
            "access_status": got.quarters["status"],
            "access_precision": got.quarters["precision"],
            "nearest_min": got.quarters["nearest_min"],
            "count_car": np.where(got.uncovered, np.nan, count),
            "vintage": ", ".join(vintages),
        }
    )
