"""The ground of a map: outlines of the territory's communes, or of its départements."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import shapely

from geo.schema import Layers

# Above this many communes their outlines would weigh more than the quarters: départements then.
MOST_COMMUNES = 500
# Rounding to 50 m closes the slivers that would survive a union; départements need no more detail.
_SNAP_DEGREES = 0.0005
_FAR_DEGREES = 0.002
_NEAR_DEGREES = 0.0007


def drawn_communes(layers: Layers) -> gpd.GeoDataFrame:
    """Communes of the territory that have an outline."""
    communes = layers.geo("communes")
    return communes[(communes["scope"] == "territory") & communes.geometry.notna()]


def departement_outlines(communes: gpd.GeoDataFrame) -> dict[str, Any]:
    """Outline (degrees) of each département, the union of its communes."""
    snapped = communes.geometry.set_precision(_SNAP_DEGREES)
    return {
        str(code): shapely.union_all(part.to_numpy()).simplify(_FAR_DEGREES)
        for code, part in snapped.groupby(communes["departement"])
    }


def ground(layers: Layers) -> list[Any]:
    """Communes of a small territory; of a large one, its départements."""
    communes = drawn_communes(layers)
    if len(communes) > MOST_COMMUNES:
        return [one for one in departement_outlines(communes).values() if not one.is_empty]
    return _outlines(communes)


def near_ground(layers: Layers, departement: str | None) -> list[Any]:
    """Communes of one département of a large territory; nothing where ``ground`` has them all."""
    communes = drawn_communes(layers)
    if len(communes) <= MOST_COMMUNES:
        return []
    return _outlines(communes[communes["departement"] == departement])


def simplified(communes: gpd.GeoDataFrame) -> list[Any]:
    """The outline of each commune as it is drawn (degrees), in the order of the rows."""
    if communes.empty:
        return []
    # Shared borders are simplified once, so that no gap opens between two communes.
    return list(shapely.coverage_simplify(communes.geometry.to_numpy(), _NEAR_DEGREES))


def _outlines(communes: gpd.GeoDataFrame) -> list[Any]:
    return [shape for shape in simplified(communes) if not shape.is_empty]
