"""The communes where our figure and the official one differ most, each with what the data say.

A reason is printed only when it is computed from the tables at hand; a gap that none explains is
said to be unexplained.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from geo.measure import Floats
from geo.schema import Layers
from geo.territory import parent_commune
from geo.words import counted, number

# [assumption, editable] below which a commune is called tiny, and the distance called near.
TINY_PEOPLE = 500.0
NEAR_KM = 10.0
_MOST_REASONS = 3
_UNEXPLAINED = "aucune raison trouvée dans les données"


def largest_gaps(table: pd.DataFrame, layers: Layers, count: int) -> pd.DataFrame:
    """The ``count`` largest absolute gaps: code, label, population, official, ours, gap, reason.

    ``table`` has the columns of ``Comparison.communes`` and ours, gap, slower, faster (our figure
    with all times 10 % longer and shorter), per_practice (consultations a place stands for).
    """
    order = table["gap"].abs().sort_values(ascending=False, kind="stable").index[:count]
    worst = table.loc[order].reset_index(drop=True)
    worst["alone"] = worst["practices"] * worst["per_practice"] / worst["standardised"]
    distances = _to_halo_km(worst["code"], layers)
    employers = _employers(layers)
    merged = _merged(layers)
    reasons = [
        _reasons(row, distance, employers, merged)
        for (_, row), distance in zip(worst.iterrows(), distances, strict=True)
    ]
    columns = ["code", "label", "population", "practices", "official", "ours", "gap"]
    return worst[columns].assign(reason=reasons)


def _reasons(
    row: pd.Series, halo_km: float, employers: dict[str, set[str]], merged: dict[str, float]
) -> str:
    found = []
    higher = row["official"] > row["ours"]
    if row["population"] < TINY_PEOPLE:
        found.append(f"très petite commune ({counted(row['population'], 'habitant')})")
    if row["official"] == 0 and not higher:
        found.append(
            "l'APL ne trouve aucun généraliste à portée, la distance en trouve : la route est "
            "plus longue que ce que la distance laisse croire"
        )
    if row["alone"] > 0 and abs(row["alone"] - row["official"]) < abs(row["gap"]) / 3:
        found.append(
            f"ses seuls cabinets pour ses seuls habitants donneraient {number(row['alone'], 2)}, "
            "près de l'APL : le modèle les partage avec des voisins que les routes en séparent"
        )
    if row["practices"] == 0 and higher:
        found.append("aucun généraliste dans la source de l'offre, l'APL en suppose d'accessibles")
    if row["practices"] > 0 and row["standardised"] > 0:
        implied = row["official"] * row["standardised"] / row["practices"]
        if implied > 7_500 and higher:
            found.append(
                f"l'APL y suppose l'équivalent de {number(implied)} consultations par lieu "
                "d'exercice de la source : offre arrivée depuis, ou salariée et non comptée"
            )
        elif implied < 3_000 and not higher:
            found.append(
                f"l'APL n'y suppose que {number(implied)} consultations par lieu d'exercice de "
                "la source : départs depuis, activités partielles ou particulières"
            )
    for kind, words in (
        ("centre_de_sante", "centre de santé dans la commune (médecins salariés non comptés ici)"),
        ("hopital", "ville d'hôpital"),
    ):
        if row["code"] in employers.get(kind, set()):
            found.append(words)
    moved = abs(row["slower"] - row["faster"])
    if moved > abs(row["gap"]) / 2:
        found.append(
            f"très sensible aux temps : {number(row['faster'], 2)} s'ils sont 10 % plus courts, "
            f"{number(row['slower'], 2)} s'ils sont 10 % plus longs"
        )
    if halo_km < NEAR_KM:
        found.append(
            f"bord de région : une commune voisine hors région à {number(halo_km)} km, dont la "
            "population n'est pas standardisée"
        )
    if merged.get(row["departement"], 0) and not found:
        found.append(
            f"{counted(merged[row['departement']], 'lieu', 'lieux')} d'exercice du département "
            "sans position (communes fusionnées depuis)"
        )
    if parent_commune(row["code"]) != row["code"]:
        found.append("arrondissement : les temps en ville ne se lisent pas sur la distance")
    return " ; ".join(found[:_MOST_REASONS]) or _UNEXPLAINED


def _employers(layers: Layers) -> dict[str, set[str]]:
    supply = layers["supply"]
    return {
        kind: set(supply.loc[supply["profession"] == kind, "commune"])
        for kind in ("centre_de_sante", "hopital")
    }


def _merged(layers: Layers) -> dict[str, float]:
    """Practices by département whose commune is in no list of today."""
    supply = layers.geo("supply")
    lost = supply[(supply["profession"] == "medecin_generaliste") & supply.geometry.isna()]
    by_departement: dict[str, float] = lost.groupby("departement")["practices"].sum().to_dict()
    return by_departement


def _to_halo_km(codes: pd.Series, layers: Layers) -> Floats:
    """Great-circle km from each commune's town hall to the nearest one outside the region."""
    communes = layers["communes"].dropna(subset=["seat_lon", "seat_lat"])
    around = communes[communes["scope"] == "halo"]
    seats = communes.drop_duplicates("code").set_index("code")[["seat_lon", "seat_lat"]]
    distances = np.full(len(codes), np.inf)
    if around.empty or codes.empty:
        return distances
    here = seats.reindex(codes)
    known = here.notna().all(axis=1).to_numpy()
    tree = cKDTree(_on_sphere(around[["seat_lon", "seat_lat"]].to_numpy(float)))
    chord, _ = tree.query(_on_sphere(here[known].to_numpy(float)))
    distances[known] = 2 * np.arcsin(chord / 2) * 6_371.0088
    return distances


def _on_sphere(lonlat: Floats) -> Floats:
    lam, phi = np.radians(lonlat).T
    return np.column_stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])
