"""The settings of access: journeys, activity, walks. ``geo.parameters.Parameters`` has them all."""

# ruff: noqa: RUF009 -- `_parameter` only wraps `dataclasses.field`, whose defaults are immutable here.
from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from geo.setting_marks import parameter as _parameter

DREES_BANDS_MIN = ((10.0, 1.0), (15.0, 2 / 3), (20.0, 1 / 3))
TRAVEL_MODE_SOURCES = ("auto", "crow_fly")
# The crude reference of a journey as the crow flies: one speed and one detour everywhere.
CRUDE_SPEED_KMH, CRUDE_DETOUR = 45.0, 1.3
# The départements whose official figures the models of times and of activity were fitted to.
FITTED_ON = ("01", "07", "26", "42", "63", "73")
_FITTED = (
    f"Calculé : ajusté sur l'APL 2021 des départements {' '.join(FITTED_ON)}, jugé sur les autres"
)

Edge = Literal["lt", "le"]


@dataclass(frozen=True)
class AccessSettings:
    """How long a journey takes, how much a place of care offers, how far one walks."""

    bands_min: tuple[tuple[float, float], ...] = _parameter(
        DREES_BANDS_MIN,
        "minutes → poids",
        "Poids de l'offre selon le temps de trajet",
        "DREES, classeurs APL, feuille « Paramètres » (infirmiers) ; repris pour les généralistes",
        "secondary",
    )
    edge: Edge = _parameter(
        "lt",
        "",
        "Borne des tranches de temps (lt : strictement moins, le : au plus)",
        "La formule de la DREES fixe la borne de 10 min, pas celles de 15 et 20",
        "assumption",
    )
    travel_mode_source: str = _parameter(
        "auto",
        f"un choix parmi {', '.join(TRAVEL_MODE_SOURCES)}",
        "Temps de trajet (auto : par les routes quand ils sont dans les données ; crow_fly : à vol "
        "d'oiseau)",
        "Choix du projet",
        "assumption",
    )
    speed_kmh: float = _parameter(
        49.0,
        "km/h",
        "Vitesse en voiture à 300 hab./km², pour un temps à vol d'oiseau",
        _FITTED,
        "computed",
    )
    speed_sparse: float = _parameter(
        0.72, "facteur", "Vitesse à 20 hab./km², par rapport à 300", _FITTED, "computed"
    )
    speed_dense: float = _parameter(
        0.95, "facteur", "Vitesse à 5 000 hab./km², par rapport à 300", _FITTED, "computed"
    )
    start_min: float = _parameter(
        0.2, "min", "Temps pris par tout trajet entre deux lieux", _FITTED, "computed"
    )
    detour: float = _parameter(
        1.1,
        "km de route par km à vol d'oiseau",
        "Détour en voiture des longs trajets",
        "D'après Héran ; fixé, l'ajustement ne le sépare pas de la vitesse",
        "secondary",
    )
    detour_near: float = _parameter(
        0.3,
        "km de route par km à vol d'oiseau",
        "Détour en plus des trajets les plus courts",
        "D'après Héran ; fixé, l'ajustement ne le sépare pas de la vitesse",
        "secondary",
    )
    detour_fade_km: float = _parameter(
        20.0,
        "km",
        "Distance où ce détour en plus est divisé par 2,7",
        "Choix du projet",
        "assumption",
    )
    time_spread: float = _parameter(
        0.0,
        "part du temps",
        "Incertitude des temps (0 : tranches nettes ; 0,15 : chaque temps connu à ± 15 %)",
        "Choix du projet ; 0 comme la DREES, 0,15 gagne peu sur l'APL",
        "assumption",
    )
    own_commune_min: float = _parameter(
        0.0,
        "min",
        "Trajet dans la commune quand un des deux lieux n'est connu qu'à la commune",
        "Convention de l'APL à l'échelle des communes",
        "assumption",
    )
    consultations_per_fte: float = _parameter(
        5400.0,
        "consultations/an/ETP",
        "Activité d'un ETP de généraliste, pour convertir des consultations en ETP",
        "Textes reprenant la DREES",
        "secondary",
    )
    consultations_per_practice: float = _parameter(
        4070.0,
        "consultations/an/lieu d'exercice",
        "Activité qu'un lieu d'exercice de généraliste représente à 300 hab./km²",
        _FITTED,
        "computed",
    )
    activity_sparse: float = _parameter(
        0.72, "facteur", "Activité à 20 hab./km², par rapport à 300", _FITTED, "computed"
    )
    activity_dense: float = _parameter(
        1.02, "facteur", "Activité à 5 000 hab./km², par rapport à 300", _FITTED, "computed"
    )
    car_min: float = _parameter(
        15.0,
        "min",
        "Durée d'un trajet en voiture dans laquelle les lieux de soins sont comptés",
        "Choix du projet",
        "assumption",
    )
    walk_min: float = _parameter(
        15.0, "min", "Durée maximale de marche", "Choix du projet", "assumption"
    )
    walk_speed_kmh: float = _parameter(
        5.0, "km/h", "Vitesse de marche", "Choix du projet", "assumption"
    )
    walk_detour: float = _parameter(
        1.3,
        "km à pied par km à vol d'oiseau",
        "Coefficient de détour à pied",
        "Choix du projet",
        "assumption",
    )
    near_edge_m: float = _parameter(
        50.0,
        "m",
        "Distance à la limite du quartier sous laquelle un point est dit « limite »",
        "Contours arrondis : une adresse près de la limite ne se tranche pas",
        "assumption",
    )

    @property
    def reach_min(self) -> float:
        """Minutes beyond which no supply counts."""
        return self.bands_min[-1][0]

    @property
    def walk_m(self) -> float:
        """Crow-fly metres that a walk of ``walk_min`` covers, detour taken off."""
        return self.walk_speed_kmh * 1000 * self.walk_min / 60 / self.walk_detour
