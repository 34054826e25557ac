"""Double exclusion: low access to general practitioners where people are digitally fragile too."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo.digital import SOURCE_INDICATORS
from geo.errors import BadInput
from geo.setting_marks import parameter as _parameter
from geo.words import as_written, number

if TYPE_CHECKING:
    from geo.schema import Layers

STATES = ("in", "out", "unknown")
STATE_WORDS = {
    "in": "double exclusion",
    "out": "non",
    "unknown": "indéterminé",
}
ACCESS_WORDS = {"low": "faible", "mid": "moyen", "high": "élevé"}
AROUND_100, ONE_TO_TEN = "autour de 100", "de 1 à 10"


@dataclass(frozen=True)
class ExclusionRules:
    """From where a QPV is digitally fragile, on each scale of the index; never one on the other.

    Raises
    ------
    BadInput
        Naming every threshold that is off its scale.
    """

    around_100: float = _parameter(
        100.0,
        "indice, 100 = région",
        "Fragilité numérique élevée (indice 2020) : au-dessus de",
        "Choix du projet : 100 est le niveau de la région, au-dessus le quartier est plus fragile",
        "assumption",
    )
    one_to_ten: float = _parameter(
        7.0,
        "note de 1 à 10",
        "Fragilité numérique élevée (indice depuis 2023, 10 = le plus fragile) : au-dessus de",
        "Choix du projet",
        "assumption",
    )

    def __post_init__(self) -> None:
        wrong = []
        if not (math.isfinite(self.around_100) and self.around_100 > 10):
            wrong.append(f"indice autour de 100 : {self.around_100:g} reçu, plus de 10 attendu")
        if not 1 <= self.one_to_ten < 10:
            wrong.append(f"note : {self.one_to_ten:g} reçu, de 1 à moins de 10 attendu")
        if wrong:
            raise BadInput("Seuils de fragilité numérique refusés : " + " ; ".join(wrong) + ".")

    def threshold(self, scale: str) -> float:
        """The threshold of a scale (``AROUND_100`` or ``ONE_TO_TEN``)."""
        return self.one_to_ten if scale == ONE_TO_TEN else self.around_100


def exclusion_state(access_low: bool | None, fragile: bool | None) -> str:
    """``in`` when both are true, ``out`` as soon as one is false, else ``unknown``."""
    if access_low is False or fragile is False:
        return "out"
    return "in" if access_low and fragile else "unknown"


def index_scale(layers: Layers) -> str:
    """The scale of the index of digital fragility that the territory carries; '' without any.

    The edition of 2020 stands around 100; those since 2023 go from 1 to 10 (10 = most fragile).
    """
    rows = layers["indicators"]
    units = set(rows.loc[rows["indicator"].isin(SOURCE_INDICATORS), "unit"])
    if not units:
        return ""
    return ONE_TO_TEN if units == {"indice de 1 à 10"} else AROUND_100


def exclusion_states(
    access_classes: Iterable[object],
    fragility: Iterable[float],
    scale: str,
    rules: ExclusionRules | None = None,
) -> list[str]:
    """The state of each quarter, from its class of access and its index on ``scale``."""
    asked = rules or ExclusionRules()
    pairs = zip(access_classes, fragility, strict=True)
    return [state_and_reason(word, value, scale, asked)[0] for word, value in pairs]


def state_and_reason(
    access_class: object, fragility: float, scale: str, rules: ExclusionRules
) -> tuple[str, str]:
    """The state (``STATES``) of a quarter, and its reason in French."""
    low = None if access_class not in ACCESS_WORDS else access_class == "low"
    known = bool(np.isfinite(fragility)) and scale != ""
    fragile = bool(fragility > rules.threshold(scale)) if known else None
    access = "accès inconnu" if low is None else f"accès {ACCESS_WORDS[str(access_class)]}"
    digital = (
        f"fragilité {number(fragility, 1)} ({'au-dessus' if fragile else 'pas au-dessus'} de "
        f"{as_written(rules.threshold(scale))})"
        if known
        else "fragilité numérique inconnue"
    )
    return exclusion_state(low, fragile), f"{access} ; {digital}"
