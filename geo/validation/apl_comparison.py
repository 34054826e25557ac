"""Our commune figures beside the official ones, for any time model, activity model and kernel.

Pairs of places and their crow-fly metres are found once; each evaluation then costs a pass over
them. The rule inside a commune is that of the analysis (``geo.access.gp``): where one of the two
places is known to the commune only, the time is that of the commune's own place.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_matrix
from scipy.spatial import KDTree

from geo.access.activity import ActivityModel, capacity
from geo.catchments.decay import Kernel
from geo.errors import BadInput
from geo.measure import Floats, crs_of_communes, xy_m
from geo.schema import Layers
from geo.territory import projected_crs
from geo.times.model import CrowFlyModel, local_density, own_place_minutes

GP = "medecin_generaliste"
PointKind = Literal["seat", "centre"]
POINT_WORDS: dict[PointKind, str] = {
    "seat": "mairie (chef-lieu)",
    "centre": "centre du contour",
}
# Enough for 20 minutes at 60 km/h with the least detour; faster models are refused.
SEARCH_M = 25_000.0
_COARSE = ("commune", "unknown")
# Near pairs (row, column, metres), pairs set by the rule, (rows of the whole, columns before).
_Part = tuple[Any, Any, Any, pd.DataFrame, Any]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Comparison:
    """Everything an evaluation needs, none of which depends on a model.

    ``metres`` is an (n demand, m supply) CSR of crow-fly metres, NaN for a pair inside a commune
    whose distance is unknown. ``communes`` has one row per commune with an official figure:
    code, label, departement, scope, official, official_vintage, population, standardised,
    practices (places of practice of the source located or not in that commune). ``fits`` keeps
    what ``geo.validation.apl_fit`` has found on it.
    """

    metres: csr_matrix
    own: Mask
    row_of: npt.NDArray[np.int32]
    people: Floats
    area_m2: Floats
    row_density: Floats
    column_density: Floats
    practices: Floats
    commune_of_row: npt.NDArray[np.int64]
    communes: pd.DataFrame
    points: PointKind
    fits: dict[Any, Floats] = field(default_factory=dict, repr=False)
    _detours: dict[tuple[float, float, float], Floats] = field(default_factory=dict, repr=False)

    def access(
        self,
        model: CrowFlyModel,
        activity: ActivityModel,
        kernel: Kernel,
        *,
        stretch: float = 1.0,
    ) -> Floats:
        """Our access of each commune, in the order of ``communes``.

        ``stretch`` multiplies every time: what a wrong time would change.

        Raises
        ------
        BadInput
            When the model is so fast that places beyond the search radius would count.
        """
        if model.within_m(kernel.reach_min / stretch) > SEARCH_M * 1.5:
            raise BadInput(
                f"Modèle de temps trop rapide pour être comparé ({model.sentence_fr()}) : "
                f"les lieux au-delà de {SEARCH_M / 1000:.0f} km ne sont pas cherchés."
            )
        weights = self._weights(model, kernel, stretch)
        offered = capacity(self.practices, self.column_density, activity)
        reached = weights.T @ self.people
        ratio = np.divide(offered, reached, out=np.zeros(len(offered)), where=reached > 0)
        return self._by_commune(np.asarray(weights @ ratio, dtype=np.float64))

    def _weights(self, model: CrowFlyModel, kernel: Kernel, stretch: float) -> csr_matrix:
        key = (model.detour_far, model.detour_near, model.detour_fade_km)
        if key not in self._detours:
            self._detours[key] = self.metres.data * model.detour(self.metres.data) * 0.06
        rows = model.speed_factor(self.row_density)
        columns = model.speed_factor(self.column_density) * model.speed_kmh
        times = self._detours[key] / (rows[self.row_of] * columns[self.metres.indices])
        times += model.start_min
        inside = own_place_minutes(self.area_m2, self.row_density, model)
        times[self.own] = inside[self.row_of[self.own]]
        data = kernel.weights((times * stretch).astype(np.float32))
        return csr_matrix((data, self.metres.indices, self.metres.indptr), self.metres.shape)

    def _by_commune(self, of_rows: Floats) -> Floats:
        kept = self.commune_of_row >= 0
        count = len(self.communes)
        of, people = self.commune_of_row[kept], self.people[kept]
        total = np.bincount(of, people, count)
        reached = np.bincount(of, people * of_rows[kept], count)
        mean = np.divide(reached, total, out=np.full(count, np.nan), where=total > 0)
        return np.asarray(mean, dtype=np.float64)


def compare(layers: Layers, points: PointKind = "seat") -> Comparison:
    """Find the pairs of the layers and put the official figures beside the communes.

    Parameters
    ----------
    points : where a place known to its commune only stands: the town hall as in the tables, or
        the centroid of the commune's outline where one is known.

    Raises
    ------
    BadInput
        When the layers hold no practice, nobody, or no official figure.
    """
    demand = layers.geo("demand").reset_index(drop=True)
    supply = layers.geo("supply")
    supply = supply[(supply["profession"] == GP) & supply["practices"].notna()]
    supply = supply.reset_index(drop=True)
    if demand.empty or supply.empty:
        raise BadInput(
            "Validation : ni offre de généralistes ni population dans les données. "
            "À faire : complétez les sources bpe et communes, puis reconstruisez le territoire."
        )
    if points == "centre":
        demand, supply = (_at_centres(places, layers) for places in (demand, supply))
    people = demand["standardised_population"].fillna(demand["population"]).to_numpy(float)
    people = np.nan_to_num(people)
    parts, row_density, sites = _parts(demand, supply, people)
    metres, own = _stack(parts, len(demand), len(sites))
    communes = _official(layers, demand, supply, people)
    index = pd.Index(communes["code"])
    outlines = layers.geo("communes").drop_duplicates("code").set_index("code").geometry
    return Comparison(
        metres=metres,
        own=own,
        row_of=np.repeat(np.arange(len(demand), dtype=np.int32), np.diff(metres.indptr)),
        people=people,
        area_m2=_areas(demand, outlines),
        row_density=row_density,
        column_density=sites["density"].to_numpy(float),
        practices=sites["practices"].to_numpy(float),
        commune_of_row=index.get_indexer(demand["commune"]),
        communes=communes,
        points=points,
    )


def _at_centres(places: gpd.GeoDataFrame, layers: Layers) -> gpd.GeoDataFrame:
    outlines = layers.geo("communes").drop_duplicates("code").set_index("code").geometry
    wanted = places["commune"].isin(_outlined(outlines).index) & (places["precision"] == "commune")
    moved = places.copy()
    codes = places.loc[wanted, "commune"]
    shapes = outlines.reindex(codes)
    centres = np.empty(len(shapes), dtype=object)
    systems = crs_of_communes(codes).to_numpy()
    for system in set(systems):
        here = np.flatnonzero(systems == system)
        centred = gpd.GeoSeries(shapes.iloc[here].to_crs(system).centroid, crs=system)
        centres[here] = centred.to_crs(places.crs).to_numpy()
    moved.loc[wanted, "geometry"] = gpd.GeoSeries(centres, index=codes.index, crs=places.crs)
    return moved


def _outlined(outlines: gpd.GeoSeries) -> gpd.GeoSeries:
    return outlines[~(outlines.isna() | outlines.is_empty)]


def _areas(demand: gpd.GeoDataFrame, outlines: gpd.GeoSeries) -> Floats:
    """Area of the commune of each place known to its commune only; NaN without an outline."""
    areas = np.full(len(demand), np.nan)
    coarse = demand["precision"].isin(_COARSE) & demand["commune"].isin(_outlined(outlines).index)
    systems = crs_of_communes(demand["commune"])
    for system in set(systems[coarse]):
        here = np.flatnonzero(coarse & (systems == system))
        shapes = outlines.reindex(demand["commune"].iloc[here])
        areas[here] = shapes.to_crs(system).area.to_numpy()
    return areas


def _parts(
    demand: gpd.GeoDataFrame, supply: gpd.GeoDataFrame, people: Floats
) -> tuple[list[_Part], Floats, pd.DataFrame]:
    """Pairs of each projected system, the density of each row, and the merged supply sites."""
    row_systems = crs_of_communes(demand["demand_id"])
    column_systems = supply["departement"].map(projected_crs)
    density = np.full(len(demand), np.nan)
    parts, sites = [], []
    before = 0
    for system in sorted(set(row_systems) | set(column_systems)):
        rows = np.flatnonzero(row_systems == system)
        homes = xy_m(demand.geometry.iloc[rows].to_crs(system))
        offers = supply[column_systems == system]
        merged = _sites(offers, xy_m(offers.geometry.to_crs(system)))
        heads = demand["population"].to_numpy(float)[rows]
        density[rows] = local_density(homes, homes, heads)
        merged["density"] = local_density(merged[["x", "y"]].to_numpy(float), homes, heads)
        near = _near(homes, merged[["x", "y"]].to_numpy(float))
        own = _own(demand.iloc[rows], merged)
        parts.append((*near, own, (rows, before)))
        sites.append(merged)
        before += len(merged)
    return parts, density, pd.concat(sites, ignore_index=True)


def _sites(offers: pd.DataFrame, xy: Floats) -> pd.DataFrame:
    """Practices of one point and one commune are one site: the same times, the same weights."""
    table = pd.DataFrame(
        {
            "x": xy[:, 0],
            "y": xy[:, 1],
            "commune": offers["commune"].to_numpy(),
            "coarse": offers["precision"].isin(_COARSE).to_numpy(),
            "practices": offers["practices"].to_numpy(float),
        }
    )
    keys = ["x", "y", "commune", "coarse"]
    merged: pd.DataFrame = table.groupby(keys, dropna=False, as_index=False).agg(
        {"practices": "sum"}
    )
    return merged


def _near(homes: Floats, sites: Floats) -> tuple[Any, Any, Any]:
    rows = np.flatnonzero(np.isfinite(homes).all(axis=1))
    columns = np.flatnonzero(np.isfinite(sites).all(axis=1))
    if not len(rows) or not len(columns):
        return np.zeros(0, int), np.zeros(0, int), np.zeros(0)
    found = KDTree(homes[rows]).sparse_distance_matrix(
        KDTree(sites[columns]), SEARCH_M, output_type="ndarray"
    )
    return rows[found["i"]], columns[found["j"]], found["v"]


def _own(demand: pd.DataFrame, sites: pd.DataFrame) -> pd.DataFrame:
    rows = pd.DataFrame(
        {
            "row": np.arange(len(demand)),
            "commune": demand["commune"].to_numpy(),
            "coarse": demand["precision"].isin(_COARSE).to_numpy(),
        }
    )
    columns = sites[["commune", "coarse"]].assign(column=np.arange(len(sites)))
    pairs = rows[rows["commune"] != ""].merge(columns, on="commune")
    return pairs[pairs["coarse_x"] | pairs["coarse_y"]]


def _stack(parts: list[_Part], n: int, m: int) -> tuple[csr_matrix, Mask]:
    rows, columns, metres = [], [], []
    for row, column, distance, own, (of_rows, before) in parts:
        width = int(max(column.max(initial=0), own["column"].max() if len(own) else 0)) + 1
        free = ~np.isin(row * width + column, own["row"] * width + own["column"])
        rows += [of_rows[row[free]], of_rows[own["row"].to_numpy(int)]]
        columns += [column[free] + before, own["column"].to_numpy(int) + before]
        # NaN cannot be confused with a distance: it marks the pairs set by the rule.
        metres += [distance[free], np.full(len(own), np.nan)]
    at = (np.concatenate(rows), np.concatenate(columns))
    order = np.lexsort((at[1], at[0]))
    starts = np.zeros(n + 1, dtype=np.int64)
    np.cumsum(np.bincount(at[0], minlength=n), out=starts[1:])
    data = np.concatenate(metres)[order]
    indices = at[1][order].astype(np.int32)
    own_pairs = np.isnan(data)
    table = csr_matrix((np.nan_to_num(data), indices, starts), shape=(n, m))
    return table, own_pairs


def _official(
    layers: Layers, demand: pd.DataFrame, supply: pd.DataFrame, people: Floats
) -> pd.DataFrame:
    rows = layers["indicators"]
    rows = rows[(rows["territory_kind"] == "commune") & (rows["indicator"] == "apl_gp")]
    rows = rows[rows["value"].notna()].sort_values("vintage", kind="stable")
    official = rows.drop_duplicates("code", keep="last").set_index("code")
    places = layers["communes"].drop_duplicates("code").set_index("code")
    lived = pd.DataFrame(
        {
            "population": demand["population"].to_numpy(float),
            "standardised": people,
            "commune": demand["commune"].to_numpy(),
        }
    )
    sums = lived.groupby("commune").sum()
    codes = sorted(set(official.index) & set(places.index) & set(sums.index))
    if not codes:
        raise BadInput(
            "Validation : aucun APL officiel pour les communes de ce territoire. "
            "À faire : ajoutez le classeur de la DREES (source apl_mg) puis reconstruisez."
        )
    practices = supply.groupby("commune")["practices"].sum()
    return pd.DataFrame(
        {
            "code": codes,
            "label": places["label"].reindex(codes).to_numpy(),
            "departement": places["departement"].reindex(codes).to_numpy(),
            "scope": places["scope"].reindex(codes).to_numpy(),
            "official": official["value"].reindex(codes).to_numpy(float),
            "official_vintage": official["vintage"].reindex(codes).to_numpy(),
            "population": sums["population"].reindex(codes).to_numpy(float),
            "standardised": sums["standardised"].reindex(codes).to_numpy(float),
            "practices": practices.reindex(codes).fillna(0.0).to_numpy(float),
        }
    )
