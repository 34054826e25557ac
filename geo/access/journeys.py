"""Journeys to care: from where people live, and from the pieces of each QPV, to all the supply.

Built once, then read for every profession, kernel and scenario. Supplies at one point are one
site: the same times. Each projected system (overseas) is apart, since no road joins them. Between
two places of one commune of which one is known to the commune only, the distance is unknown: the
time is that of the setting ``own_commune_min`` (0, as in the official commune-level method).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.access.communes import quarter_communes
from geo.access.qpv_scale import piece_ids, pieces
from geo.measure import Floats, crs_of_communes, xy_m
from geo.parameters import Parameters
from geo.roads.ways import OSM_ATTRIBUTION
from geo.schema import CRS, Layers
from geo.territory import projected_crs
from geo.times.completed import completed, positions
from geo.times.crow_fly import CrowFly
from geo.times.matrix import Ids, Reach, TravelTimes
from geo.times.model import DensityTimes, local_density, time_model
from geo.times.ruled import Pairs, Ruled

Ints = npt.NDArray[np.int64]
COARSE = ("commune", "unknown")
# Minutes up to which the nearest site of a QPV is looked for [assumption, editable].
NEAREST_MIN = 60.0
# Pairs held in memory at most, of 8 bytes each; beyond, they are computed as they are read.
MOST_HELD = 30_000_000


@dataclass(frozen=True, eq=False)
class Part:
    """The journeys of one projected system.

    ``demand``, ``pieces``, ``quarters`` and ``supply`` are positions in the tables of
    ``Journeys``; ``site`` is the column of each of these supplies, ``density`` the inhabitants per
    km² around each site. ``from_quarters`` starts from one point a QPV and reaches
    ``NEAREST_MIN``.
    """

    demand: Ints
    pieces: Ints
    quarters: Ints
    supply: Ints
    site: Ints
    density: Floats
    from_demand: Reach
    from_pieces: Reach
    from_quarters: Reach


@dataclass(frozen=True, eq=False)
class Journeys:
    """The tables, in the order of their positions, and the journeys between them.

    ``communes`` are the commune codes of each QPV (tuples). ``off_network`` counts the places
    (demand and pieces, sites) that ready times say nothing of; ``source`` is the sentence of the
    ready times, "" when all are crow-fly; ``too_short`` the minutes of those left aside because
    they do not reach as far as asked (NaN: none); ``reach_min`` how far was asked.
    """

    demand: gpd.GeoDataFrame
    supply: gpd.GeoDataFrame
    quarters: gpd.GeoDataFrame
    pieces: gpd.GeoDataFrame
    communes: pd.Series
    parts: tuple[Part, ...]
    source: str
    off_network: tuple[int, int]
    too_short: float
    reach_min: float


def journeys(
    layers: Layers,
    parameters: Parameters,
    professions: Collection[str],
    reach_min: float,
    like: Journeys | None = None,
) -> Journeys:
    """The journeys to the supply of some professions, of at most ``reach_min`` minutes.

    Those of ``layers.travel`` (``"car:profession"`` for a single one, else ``"car"``) where they
    reach as far and ``parameters.travel_mode_source`` allows them, else crow-fly ones by
    ``geo.times.model``. ``like`` are other journeys of the same layers: the same QPV, cut alike.
    """
    demand = layers.geo("demand").reset_index(drop=True)
    supply = layers.geo("supply")
    supply = supply[supply["profession"].isin(professions)].reset_index(drop=True)
    quarters = layers.geo("qpv").reset_index(drop=True)
    if like is None:
        communes = quarter_communes(layers).reset_index(drop=True)
        cut = pieces(layers, communes, min_covered=parameters.min_pieces_area)
    else:
        communes, cut = like.communes, like.pieces
    ready, too_short = _ready(layers, parameters, professions, reach_min)
    home = quarters["departement"].map(projected_crs)
    known_to = demand["commune"].where(demand["commune"] != "", demand["demand_id"])
    systems = {
        "demand": crs_of_communes(known_to),
        "supply": supply["departement"].map(projected_crs),
        "quarters": home,
        "pieces": cut["quarter"].map(home),
    }
    parts, off = [], np.zeros(2, np.int64)
    for system in sorted(set().union(*systems.values())):
        at = {name: np.flatnonzero(of == system) for name, of in systems.items()}
        built, lost = _part(demand, supply, quarters, cut, communes, at, system, ready, parameters,
                            reach_min)  # fmt: skip
        parts.append(built)
        off += lost
    return Journeys(
        demand, supply, quarters, cut, communes, tuple(parts),
        _credit(ready), (int(off[0]), int(off[1])), too_short,
        reach_min,
    )  # fmt: skip


def _ready(
    layers: Layers, parameters: Parameters, professions: Collection[str], reach_min: float
) -> tuple[TravelTimes | None, float]:
    if parameters.travel_mode_source != "auto":
        return None, np.nan
    own = f"car:{next(iter(professions))}" if len(professions) == 1 else ""
    ready = layers.travel.get(own if own in layers.travel else "car")
    if ready is not None and ready.max_min < reach_min:
        return None, ready.max_min
    return ready, np.nan


def _credit(ready: TravelTimes | None) -> str:
    if ready is None:
        return ""
    if ready.mode == "user" or OSM_ATTRIBUTION in ready.provenance:
        return ready.provenance
    return f"{ready.provenance}. {OSM_ATTRIBUTION}"


def travel_rows(layers: Layers, parameters: Parameters) -> gpd.GeoDataFrame:
    """Every place that travel times must start from: ``id``, ``commune`` and a point (EPSG:4326).

    The demand places (their ``demand_id``), then the pieces of the QPV (``piece_ids``), then the
    point of each QPV that is cut into pieces (``QN04203M/point``), from which the nearest practice
    is measured. ``commune`` is ``""`` when unknown. Columns are the ``supply_id`` of any supply.
    Times should reach ``geo.access.kernels.reach_of`` their professions; a place whose id they
    leave out is off the network and gets crow-fly times.
    """
    demand, quarters = layers.geo("demand"), layers.geo("qpv")
    communes = quarter_communes(layers)
    cut = pieces(layers, communes, min_covered=parameters.min_pieces_area)
    points = quarters.geometry.representative_point()
    parts = [
        (demand["demand_id"], demand["commune"], demand.geometry),
        (piece_ids(cut), cut["communes"].map(_first), cut.geometry),
        (quarters["code_qp"] + "/point", communes.map(_first), points),
    ]
    ids, codes, places = (
        pd.concat(column, ignore_index=True) for column in zip(*parts, strict=True)
    )
    rows = gpd.GeoDataFrame({"id": ids, "commune": codes}, geometry=places.to_numpy(), crs=CRS)
    return rows.drop_duplicates("id", ignore_index=True)


def _first(codes: tuple[str, ...]) -> str:
    return codes[0] if codes else ""


@dataclass(frozen=True, eq=False)
class _Ends:
    """Ends of journeys: ids, metres, people around, and (row, commune, coarse) rows."""

    ids: Ids
    xy_m: Floats
    density: Floats
    communes: pd.DataFrame


def _part(
    demand: gpd.GeoDataFrame,
    supply: gpd.GeoDataFrame,
    quarters: gpd.GeoDataFrame,
    cut: gpd.GeoDataFrame,
    communes: pd.Series,
    at: dict[str, Ints],
    system: str,
    ready: TravelTimes | None,
    parameters: Parameters,
    reach_min: float,
) -> tuple[Part, npt.NDArray[np.int64]]:
    homes = demand.iloc[at["demand"]]
    homes_m = xy_m(homes.geometry.to_crs(system))
    heads = homes["population"].to_numpy(float)

    def ends(ids: pd.Series, places: gpd.GeoSeries, own: pd.DataFrame) -> _Ends:
        metres = xy_m(places.to_crs(system))
        around = local_density(metres, homes_m, heads)
        return _Ends(ids.to_numpy(object), metres, around, own[own["commune"] != ""])

    offers = supply.iloc[at["supply"]]
    site, firsts = _sites(offers)
    placed = offers.iloc[firsts]
    sites = ends(placed["supply_id"], placed.geometry, _own_commune(placed))
    parts = cut.iloc[at["pieces"]]
    middles = quarters.iloc[at["quarters"]]
    rows = (
        ends(homes["demand_id"], homes.geometry, _own_commune(homes)),
        ends(piece_ids(parts), parts.geometry, _several(parts["communes"])),
        ends(
            middles["code_qp"] + "/point",
            middles.geometry.representative_point(),
            _several(communes.iloc[at["quarters"]]),
        ),
    )
    columns = None if ready is None else _site_positions(ready, offers["supply_id"], site)
    lost = np.zeros(2, np.int64)
    found = []
    for one, limit in zip(rows, (reach_min, reach_min, NEAREST_MIN), strict=True):
        if ready is None or columns is None:
            times = _straight(one, sites, limit, parameters)
        else:
            stand = positions(ready, one.ids, "demand")
            straight = _crow_fly(one, sites, min(limit, ready.max_min), parameters)
            times = completed(ready, straight, stand, columns)
            if one is not rows[-1]:  # the QPV's own points come in addition to their pieces
                lost[0] += np.sum(stand < 0)
        found.append(Ruled(times, _same_commune(one, sites, parameters.own_commune_min)))
    if columns is not None:
        lost[1] = np.sum(columns < 0)
    return Part(at["demand"], at["pieces"], at["quarters"], at["supply"], site, sites.density,
                *found), lost  # fmt: skip


def _sites(offers: gpd.GeoDataFrame) -> tuple[Ints, Ints]:
    """The site of each supply (one point, one commune, as coarse), and the first supply of each."""
    keys = pd.DataFrame(
        {
            "x": offers.geometry.x.to_numpy(),
            "y": offers.geometry.y.to_numpy(),
            "commune": offers["commune"].to_numpy(),
            "coarse": offers["precision"].isin(COARSE).to_numpy(),
        }
    )
    site = keys.groupby(list(keys), dropna=False, sort=False).ngroup().to_numpy(np.int64)
    firsts = np.unique(site, return_index=True)[1]
    return np.asarray(site, dtype=np.int64), np.asarray(firsts, dtype=np.int64)


def _site_positions(ready: TravelTimes, ids: pd.Series, site: Ints) -> Ints:
    """The column of ready times of each site: that of the first of its supplies on the network."""
    found = positions(ready, ids.to_numpy(object), "supply")
    columns = np.full(int(site.max(initial=-1)) + 1, -1, np.int64)
    known = np.flatnonzero(found >= 0)[::-1]
    columns[site[known]] = found[known]
    return columns


def _crow_fly(rows: _Ends, sites: _Ends, limit: float, parameters: Parameters) -> CrowFly:
    model = DensityTimes(time_model(parameters), rows.density, sites.density)
    return CrowFly(rows.xy_m, sites.xy_m, limit, model, rows.ids, sites.ids)


def _straight(rows: _Ends, sites: _Ends, limit: float, parameters: Parameters) -> Reach:
    straight = _crow_fly(rows, sites, limit, parameters)
    return straight.times() if straight.most_pairs <= MOST_HELD else straight


def _own_commune(places: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "row": np.arange(len(places)),
            "commune": places["commune"].to_numpy(),
            "coarse": places["precision"].isin(COARSE).to_numpy(),
        }
    )


def _several(communes: pd.Series) -> pd.DataFrame:
    table = pd.DataFrame({"row": np.arange(len(communes)), "commune": communes.to_numpy()})
    return table.explode("commune").dropna(subset="commune").assign(coarse=False)


def _same_commune(rows: _Ends, sites: _Ends, minutes: float) -> Pairs:
    own, theirs = rows.communes, sites.communes
    coarse_rows = own[own["coarse"]].merge(theirs, on="commune")
    coarse_sites = own.merge(theirs[theirs["coarse"]], on="commune")
    pairs = pd.concat([coarse_rows, coarse_sites])
    return Pairs(pairs["row_x"].to_numpy(np.int64), pairs["row_y"].to_numpy(np.int64), minutes)
