"""Potential access to general practitioners: of each place where people live, then of each QPV.

The offer is shared among all inhabitants (step 1 of the floating catchment), then read from each
piece of a QPV where people live (step 2, see ``geo.access.qpv_scale``), so that two QPV of one
commune have their own figures. Between two places of one commune of which one is known to the
commune only, the distance is unknown: the time is then that of the setting ``own_commune_min``
(0, as in the official commune-level method).
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from geo.access.qpv_scale import piece_ids, pieces, quarter_access
from geo.accessibility import (
    PLAIN_UNIT,
    STANDARDISED_UNIT,
    SupplyRatios,
    access,
    coarsest_reached,
    supply_ratios,
    weigh,
)
from geo.measure import Floats, crs_of_communes, precision_ranks, xy_m
from geo.parameters import Parameters
from geo.schema import CRS, PRECISIONS, Layers
from geo.territory import parent_commune, projected_crs
from geo.travel import Pairs, crow_fly_minutes, nearest_minutes
from geo.words import counted

GP = "medecin_generaliste"
_COMMUNE_ONLY = ("commune", "unknown")
# Demand places whose times are held at once: millions of cells never are.
_ROWS_AT_ONCE = 10_000


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


@dataclass(frozen=True)
class _Spots:
    """Places of one CRS: metres, and (row, commune, coarse) rows, one per commune of a place."""

    xy: Floats
    communes: pd.DataFrame

    def rows(self, start: int, stop: int) -> _Spots:
        """The places of some rows, as if they were alone."""
        if start == 0 and stop >= len(self.xy):
            return self
        kept = self.communes[self.communes["row"].between(start, stop - 1)]
        return _Spots(self.xy[start:stop], kept.assign(row=kept["row"] - start))


def gp_access(layers: Layers, parameters: Parameters) -> GpAccess:
    """Access of every demand place and of every QPV of the layers, in consultations a year.

    Without any practice, or without any demand place, access is missing (NaN): a source is
    absent, which is not the same as nobody being in reach (0).
    """
    supply = layers.geo("supply")
    supply = supply[supply["profession"] == GP].reset_index(drop=True)
    demand = layers.geo("demand").reset_index(drop=True)
    quarters = layers.geo("qpv").reset_index(drop=True)
    people, unit, notes = _people(demand)
    capacity = np.nan_to_num(supply["practices"].to_numpy(float) * parameters.consultations_per_fte)
    rule = parameters.access_rule
    if rule.cuts is not None and not parameters.access_cuts:
        notes.append(
            f"Classes d'accès : {rule.label_fr}, faits pour l'APL officielle ; notre indicateur de "
            "type APL peut être d'un autre niveau, et les classes avec lui."
        )
    communes = quarter_communes(layers)
    cut = pieces(layers, communes, min_covered=parameters.min_pieces_area)
    cut["access"] = np.nan
    if supply.empty or demand.empty:
        what = "Aucun cabinet de généraliste" if supply.empty else "Aucune population localisée"
        notes.append(f"{what} dans les données : l'accès aux généralistes est manquant.")
        unknown = np.full(len(demand), np.nan)
        result = _result(quarters, cut, "missing")
        return GpAccess(result, cut, unknown, people, unit, (), tuple(notes))
    home = quarters["departement"].map(projected_crs)
    systems = {
        "demand": crs_of_communes(
            demand["commune"].where(demand["commune"] != "", demand["demand_id"])
        ),
        "supply": supply["departement"].map(projected_crs),
        "quarters": home,
        "pieces": cut["quarter"].map(home),
    }
    reach = np.zeros(len(demand))
    nearest_min = np.full(len(quarters), np.nan)
    ranks = np.full(len(cut), -1, dtype=np.int64)
    unreached: list[str] = []
    for system in sorted(set().union(*systems.values())):
        rows, columns, points, parts = (
            np.flatnonzero(systems[name] == system)
            for name in ("demand", "supply", "quarters", "pieces")
        )
        homes = _spots(demand.iloc[rows], system, _own_commune(demand.iloc[rows]))
        offers = _spots(supply.iloc[columns], system, _own_commune(supply.iloc[columns]))
        ratios, reach[rows] = _shared(homes, offers, people[rows], capacity[columns], parameters)
        unreached += supply["supply_id"].iloc[columns[ratios.unreached]].tolist()
        spots = _spots(cut.iloc[parts], system, _several(cut["communes"].iloc[parts]))
        from_pieces = weigh(
            _minutes(spots, offers, parameters), parameters.bands_min, parameters.edge
        )
        cut.loc[parts, "access"] = access(from_pieces, ratios)
        ranks[parts] = coarsest_reached(
            from_pieces, precision_ranks(supply["precision"].iloc[columns])
        )
        own_points = quarters.iloc[points].set_geometry(
            quarters.geometry.iloc[points].representative_point()
        )
        middles = _spots(own_points, system, _several(communes.iloc[points]))
        nearest_min[points] = _nearest(middles, offers, parameters)
    # A département without a single practice is one that the source does not cover: its access
    # is unknown, not zero (overseas collectivities are absent from the BPE).
    uncovered = ~quarters["departement"].isin(set(supply["departement"])).to_numpy()
    cut.loc[uncovered[cut["quarter"].to_numpy(np.int64)], "access"] = np.nan
    nearest_min[uncovered] = np.nan
    result = _result(quarters, cut, "modelled")
    result.loc[uncovered, "access_status"] = "missing"
    if uncovered.any():
        notes.append(
            f"{counted(int(uncovered.sum()), 'quartier')} dans un département absent du fichier "
            "des cabinets : accès manquant, jamais zéro."
        )
    result["nearest_gp_min"] = nearest_min
    reached_rank = pd.Series(ranks).groupby(cut["quarter"]).max().reindex(range(len(quarters)))
    result["access_precision"] = _precisions(reached_rank, communes, demand)
    notes += _supply_notes(supply, unreached)
    return GpAccess(result, cut, reach, people, unit, tuple(unreached), tuple(notes))


def _shared(
    homes: _Spots, offers: _Spots, people: Floats, capacity: Floats, parameters: Parameters
) -> tuple[SupplyRatios, Floats]:
    """Both steps on the demand places, so many rows at a time; unknown people count for nobody."""
    known = np.nan_to_num(people)
    starts = range(0, len(known), _ROWS_AT_ONCE)

    def weights(start: int) -> csr_matrix:
        part = homes.rows(start, start + _ROWS_AT_ONCE)
        minutes = _minutes(part, offers, parameters)
        return weigh(minutes, parameters.bands_min, parameters.edge)

    if len(starts) == 1:
        whole = weights(0)
        ratios = supply_ratios(whole, known, capacity)
        return ratios, access(whole, ratios)
    demand = np.zeros(len(capacity))
    for start in starts:
        here = known[start : start + _ROWS_AT_ONCE]
        demand += supply_ratios(weights(start), here, capacity).demand
    reached = demand > 0
    ratio = np.divide(capacity, demand, out=np.zeros(len(capacity)), where=reached)
    ratios = SupplyRatios(ratio, demand, np.flatnonzero(~reached & (capacity > 0)))
    found = [access(weights(start), ratios) for start in starts]
    return ratios, np.concatenate(found) if found else np.zeros(0)


def quarter_communes(layers: Layers) -> pd.Series:
    """All commune codes of each QPV (tuples), with the arrondissement its point falls in.

    In Paris, Lyon and Marseille people and practices are counted by arrondissement, whereas QPV
    name the whole city. The outline is that of the arrondissement, else of one of its IRIS.
    """
    quarters = layers.geo("qpv")
    outlines = [
        _outlined_districts(layers.geo("communes"), "code"),
        _outlined_districts(layers.geo("iris"), "commune"),
    ]
    points = gpd.GeoDataFrame(
        {"row": np.arange(len(quarters))}, geometry=quarters.geometry.representative_point()
    )
    found = pd.concat([gpd.sjoin(points, shapes, predicate="within") for shapes in outlines])
    district = found.drop_duplicates("row").set_index("row")["district"]
    codes = [
        tuple(filter(None, dict.fromkeys([*listed.split(";"), district.get(row, "")])))
        for row, listed in enumerate(quarters["communes"])
    ]
    return pd.Series(codes, index=quarters.index, dtype="object")


def travel_rows(layers: Layers, parameters: Parameters) -> gpd.GeoDataFrame:
    """Every place that travel times must start from: ``id``, ``commune`` and a point (EPSG:4326).

    The demand places (their ``demand_id``), then the pieces of the QPV (``piece_ids``), then the
    point of each QPV that is cut into pieces (``QN04203M/point``), from which the nearest practice
    is measured. ``commune`` is ``""`` when unknown. Columns are the ``supply_id`` of any supply.
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


def _outlined_districts(areas: gpd.GeoDataFrame, code: str) -> gpd.GeoDataFrame:
    outlined = ~(areas.geometry.isna() | areas.geometry.is_empty)
    part = areas[code].map(parent_commune) != areas[code]
    return areas.loc[outlined & part, [code, "geometry"]].rename(columns={code: "district"})


def _people(demand: pd.DataFrame) -> tuple[Floats, str, list[str]]:
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


def _result(quarters: pd.DataFrame, cut: gpd.GeoDataFrame, status: str) -> pd.DataFrame:
    found = quarter_access(cut, cut["access"].to_numpy(float), len(quarters))
    return pd.DataFrame(
        {
            "code_qp": quarters["code_qp"],
            "access": found.access,
            "access_status": status,
            "access_precision": "unknown",
            "access_pieces": found.count,
            "access_level": found.level,
            "nearest_gp_min": np.nan,
        }
    )


def _own_commune(places: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "row": np.arange(len(places)),
            "commune": places["commune"].to_numpy(),
            "coarse": places["precision"].isin(_COMMUNE_ONLY).to_numpy(),
        }
    )


def _several(communes: pd.Series) -> pd.DataFrame:
    table = pd.DataFrame({"row": np.arange(len(communes)), "commune": communes.to_numpy()})
    return table.explode("commune").dropna(subset="commune").assign(coarse=False)


def _spots(places: gpd.GeoDataFrame, system: str, communes: pd.DataFrame) -> _Spots:
    return _Spots(xy_m(places.geometry.to_crs(system)), communes[communes["commune"] != ""])


def _minutes(rows: _Spots, columns: _Spots, parameters: Parameters) -> csr_matrix:
    return crow_fly_minutes(
        rows.xy,
        columns.xy,
        speed_kmh=parameters.speed_kmh,
        detour=parameters.detour,
        max_min=parameters.reach_min,
        fixed=_same_commune(rows.communes, columns.communes, parameters.own_commune_min),
    )


def _same_commune(rows: pd.DataFrame, columns: pd.DataFrame, minutes: float) -> Pairs:
    coarse_rows = rows[rows["coarse"]].merge(columns, on="commune")
    coarse_columns = rows.merge(columns[columns["coarse"]], on="commune")
    pairs = pd.concat([coarse_rows, coarse_columns])
    return Pairs(pairs["row_x"].to_numpy(np.int64), pairs["row_y"].to_numpy(np.int64), minutes)


def _nearest(spots: _Spots, offers: _Spots, parameters: Parameters) -> Floats:
    """NaN where a practice is known to the QPV's commune only: it may be next door, or not."""
    minutes, _ = nearest_minutes(
        spots.xy, offers.xy, speed_kmh=parameters.speed_kmh, detour=parameters.detour
    )
    coarse = set(offers.communes.loc[offers.communes["coarse"], "commune"])
    unknowable = spots.communes.loc[spots.communes["commune"].isin(coarse), "row"]
    minutes[unknowable.to_numpy(np.int64)] = np.nan
    return minutes


def _precisions(supply_rank: pd.Series, communes: pd.Series, demand: pd.DataFrame) -> list[str]:
    """The coarsest of the practices that count and of the people of the QPV's own communes."""
    ranks = pd.Series(precision_ranks(demand["precision"]), index=demand["commune"])
    by_commune = ranks.groupby(level=0).max().to_dict()
    found = []
    for rank, codes in zip(supply_rank, communes, strict=True):
        worst = max([int(rank), *(by_commune.get(code, -1) for code in codes)])
        found.append(PRECISIONS[worst] if worst >= 0 else "unknown")
    return found


def _supply_notes(supply: gpd.GeoDataFrame, unreached: list[str]) -> list[str]:
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
