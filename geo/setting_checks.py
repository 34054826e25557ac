"""What a setting may be: every fault of a set of parameters, in French, none left out."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from geo.components import Weights

if TYPE_CHECKING:
    from geo.parameters import Parameters


def wrong_settings(chosen: Parameters, known: Mapping[str, tuple[str, ...]]) -> list[str]:
    """What is wrong in the settings, one French line each; ``known`` gives the names allowed."""
    wrong = []
    limits = [limit for limit, _ in chosen.bands_min]
    weights = [weight for _, weight in chosen.bands_min]
    if not limits or limits != sorted(set(limits)) or limits[0] <= 0:
        wrong.append("bands_min : limites croissantes et positives attendues")
    if any(not 0 <= weight <= 1 for weight in weights) or weights != sorted(weights, reverse=True):
        wrong.append("bands_min : poids décroissants entre 0 et 1 attendus")
    if chosen.edge not in ("lt", "le"):
        wrong.append(f"edge : « {chosen.edge} » reçu, lt ou le attendu")
    positive = (
        "speed_kmh",
        "speed_sparse",
        "speed_dense",
        "detour_fade_km",
        "consultations_per_fte",
        "consultations_per_practice",
        "activity_sparse",
        "activity_dense",
        "walk_speed_kmh",
        "people_per_fte",
        "full_week_hours",
        "max_inhabitants_per_fte",
        "need_z_span",
    )
    wrong += [f"{name} : nombre positif attendu" for name in positive if getattr(chosen, name) <= 0]
    wrong += [
        f"{name} : 1 ou plus attendu"
        for name in ("detour", "walk_detour")
        if getattr(chosen, name) < 1
    ]
    wrong += [
        f"{name} : nombre positif ou nul attendu"
        for name in (
            "own_commune_min",
            "start_min",
            "detour_near",
            "car_min",
            "walk_min",
            "near_edge_m",
        )
        if getattr(chosen, name) < 0
    ]
    wrong += [
        f"{name} : part entre 0 et 1 attendue"
        for name in (
            "need_rate_per_year",
            "min_observed_weight",
            "min_pieces_area",
            "near_cut_share",
            "regime_min_share",
            "similar_min_share",
            "time_spread",
        )
        if not 0 <= getattr(chosen, name) <= 1
    ]
    wrong += _wrong_weights("need_weights", chosen.need_weights, known["need_weights"])
    wrong += _wrong_weights("priority_weights", chosen.priority_weights, known["priority_weights"])
    wrong += _wrong_need(chosen)
    if not 0 < chosen.class_shares[0] < chosen.class_shares[1] < 1:
        wrong.append("class_shares : deux coupures croissantes entre 0 et 1 attendues")
    wrong += [
        f"{name} : « {getattr(chosen, name)} » reçu, {', '.join(known[name])} attendu"
        for name in ("access_classes", "travel_mode_source", "need_standardisation")
        if getattr(chosen, name) not in known[name]
    ]
    wrong += _wrong_cuts("access_cuts", chosen.access_cuts)
    wrong += _wrong_cuts("need_cuts", chosen.need_cuts, at_most=100)
    if not 0 < chosen.people_per_fte_range[0] <= chosen.people_per_fte_range[1]:
        wrong.append("people_per_fte_range : deux nombres positifs croissants attendus")
    if chosen.as_of and not _is_day(chosen.as_of):
        wrong.append(f"as_of : « {chosen.as_of} » reçu, une date AAAA-MM-JJ attendue")
    return wrong


def _wrong_cuts(name: str, cuts: tuple[float, ...], at_most: float = math.inf) -> list[str]:
    if not cuts:
        return []
    two = len(cuts) == 2 and all(math.isfinite(cut) for cut in cuts)
    if two and 0 <= cuts[0] < cuts[1] <= at_most:
        return []
    limit = f", {at_most:g} au plus" if math.isfinite(at_most) else ""
    return [f"{name} : deux seuils croissants, positifs ou nuls{limit} attendus (ou aucun)"]


def _wrong_need(chosen: Parameters) -> list[str]:
    wrong = []
    low, high = chosen.need_rate_range
    if not 0 <= low <= chosen.need_rate_per_year <= high <= 1:
        wrong.append(
            "need_rate_range : deux parts de part et d'autre de need_rate_per_year attendues"
        )
    low, high = chosen.c2s_nontakeup_range
    if not 0 <= low <= chosen.c2s_nontakeup <= high < 1:
        wrong.append(
            "c2s_nontakeup_range : deux parts de part et d'autre de c2s_nontakeup attendues, "
            "moins de 1"
        )
    return wrong


def _is_day(text: str) -> bool:
    """A day of the calendar written YYYY-MM-DD (2024-02-31 is none)."""
    try:
        return bool(re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) and dt.date.fromisoformat(text))
    except ValueError:
        return False


def _wrong_weights(name: str, weights: Weights, known: tuple[str, ...]) -> list[str]:
    names = [component for component, _ in weights]
    unknown = sorted(set(names) - set(known))
    wrong = [f"{name} : {', '.join(unknown)} inconnu(s), attendu parmi {', '.join(known)}"]
    wrong = wrong if unknown else []
    if len(set(names)) < len(names):
        wrong.append(f"{name} : une composante est citée deux fois")
    if any(weight < 0 for _, weight in weights):
        wrong.append(f"{name} : poids positifs ou nuls attendus")
    if abs(sum(weight for _, weight in weights) - 1) > 1e-9:
        wrong.append(f"{name} : la somme des poids doit valoir 1")
    return wrong
