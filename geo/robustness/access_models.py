"""Other ways to measure access that are as defensible: the ranking is shown under each of them.

METHODS 1.1: show the ranking under three methods or more instead of choosing silently.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from geo.access.gp import gp_access
from geo.access.settings import Edge
from geo.parameters import Parameters
from geo.robustness.variants import Choice
from geo.schema import Layers

REFERENCE = "réglages de l'analyse"
# PySAL `access`, E2SFCA default [published].
_E2SFCA_BANDS = ((10.0, 1.0), (20.0, 0.68), (30.0, 0.22))


def access_models(parameters: Parameters) -> Iterator[tuple[str, Parameters]]:
    """(label, settings) of each model that differs from the settings given, these first."""
    yield REFERENCE, parameters
    other: Edge = "le" if parameters.edge == "lt" else "lt"
    yield (
        "bornes de temps comprises" if other == "le" else "bornes de temps exclues",
        replace(parameters, edge=other),
    )
    wide = replace(parameters, bands_min=_E2SFCA_BANDS)
    if wide != parameters:
        yield "tranches E2SFCA 10, 20 et 30 min", wide
    crude = replace(
        parameters,
        travel_mode_source="crow_fly", speed_kmh=45.0, speed_sparse=1.0, speed_dense=1.0,
        start_min=0.0, detour=1.3, detour_near=0.0,
    )  # fmt: skip
    if crude != parameters:
        yield "vol d'oiseau à 45 km/h, détour 1,3", crude


def with_access_models(
    table: pd.DataFrame, layers: Layers, parameters: Parameters
) -> tuple[pd.DataFrame, Choice]:
    """The table with the access of each model, and the choice among them.

    Each model costs one calculation of access over the whole territory.
    """
    columns: dict[str, pd.Series] = {}
    listed = []
    for place, (label, settings) in enumerate(access_models(parameters)):
        name = f"access@{place}" if place else "access"
        if place:
            found = gp_access(layers, settings).quarters.set_index("code_qp")["access"]
            own = found.reindex(table["code_qp"]).to_numpy(float)
            columns[name] = pd.Series(own, index=table.index).where(table["access"].notna())
        listed.append((label, name))
    wider = pd.concat([table, pd.DataFrame(columns, index=table.index)], axis=1)
    return wider, Choice("access_deficit", "mesure de l'accès", tuple(listed))
