"""The one call that chains the core: layers and parameters in, an ``Analysis`` out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, partial

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.access.classes import EDGE as ACCESS_EDGE
from geo.access.classes import access_classes, low_thresholds, ruled_classes
from geo.access.gaps import access_gaps, mean_by_commune
from geo.access.gp import GpAccess, gp_access
from geo.access.journeys import journeys
from geo.access.kernels import GP, reach_of
from geo.access.official import beside_quarters, official_apl
from geo.access.professions import PROFESSION_COLUMNS, access_by_profession
from geo.access.qpv_scale import share_below
from geo.access.walking import street_walks
from geo.bridge import bridge
from geo.compare import Cuts
from geo.completeness import known_quarters, user_posts, vague_posts
from geo.confidentiality.derived import with_hidden_statuses
from geo.confidentiality.guard import guarded
from geo.exclusion import exclusion_states, index_scale
from geo.explain import sentences
from geo.mediation import (
    Coverage,
    active_posts,
    capacity,
    coverage,
    described,
    served_quarters,
)
from geo.need import Need, need
from geo.notes import analysis_notes
from geo.overlap import MARGIN_COLUMNS, margins, situations, unmet_score
from geo.parameters import Parameters
from geo.presence import Presence, presence
from geo.priority import priority, ranks
from geo.qpv_columns import QPV_COLUMNS
from geo.regimes import regimes
from geo.schema import Layers


def _no_profession() -> pd.DataFrame:
    return pd.DataFrame(columns=list(PROFESSION_COLUMNS))


@dataclass(frozen=True)
class Analysis:
    """Everything the faces show of one territory; they draw it and compute nothing.

    ``qpv`` holds the territory's QPV (EPSG:4326), sorted by rank then code; ``comparators`` the
    same columns for all QPV of the layers. Classes, percentiles and scores compare a QPV with all
    the QPV of its own region, whatever the territory shown (thresholds replace the comparison on
    an axis when the parameters say so); ``rank`` is inside that territory.
    ``mediation_reach`` says which active post reaches which QPV (``geo.mediation.supply``).
    ``components`` is the long table behind the need score (one row per QPV and component),
    ``other_components`` the same for those of weight 0, ``bridge`` what each 2024 QPV shares with
    those of 2015 (``geo.bridge``), ``thresholds`` gives, per region, the two cuts of ``access``
    and of ``unmet_score``, and ``care`` reckons ``professions``.
    ``regimes`` says which lists and rules keep each of the territory's QPV (``geo.regimes``).
    """

    territory: str
    fictional: bool
    qpv: gpd.GeoDataFrame
    comparators: gpd.GeoDataFrame
    components: pd.DataFrame
    other_components: pd.DataFrame
    bridge: pd.DataFrame
    demand: gpd.GeoDataFrame
    communes: pd.DataFrame
    practices_in_qpv: pd.DataFrame
    mediation_in_qpv: pd.DataFrame
    help_in_qpv: pd.DataFrame
    mediation_reach: pd.DataFrame
    coverage: Coverage
    thresholds: dict[str, dict[str, Cuts]]
    regimes: pd.DataFrame
    parameters: Parameters
    notes: tuple[str, ...]
    sources: pd.DataFrame
    care: Callable[[], pd.DataFrame] = _no_profession

    @cached_property
    def professions(self) -> pd.DataFrame:
        """One row a QPV and profession (``PROFESSION_COLUMNS``), reckoned when first asked for."""
        return self.care()


def analyse(layers: Layers, parameters: Parameters | None = None) -> Analysis:
    """Chain join, accessibility, need, mediation, overlap and priority over one territory.

    The same layers and parameters always give the same figures: no clock, no random draw.
    """
    parameters = parameters or Parameters()
    layers = _compared_only(layers)
    linked = bridge(layers)
    # First of all, so that nothing is ever computed from a figure that may not be shown.
    safe = guarded(layers, parameters, linked)
    layers = safe.layers
    quarters = layers.geo("qpv")
    found = journeys(layers, parameters, (GP,), reach_of(GP, parameters))
    communes = found.communes
    reached = gp_access(layers, parameters, found)
    walks = street_walks(layers, found.pieces, parameters)
    around = presence(layers, communes, parameters, walks)
    needed = need(layers, communes, parameters, access=reached.quarters["access"], bridge=linked)
    served, known = _served(layers, communes, around, parameters)
    official, outlook = beside_quarters(official_apl(layers), communes, reached.quarters["access"])
    table, thresholds = _quarters(
        layers,
        communes,
        reached,
        official,
        around,
        needed,
        capacity(quarters, served, known, parameters),
        parameters,
    )
    table["rank"] = ranks(table[table["scope"] == "territory"]).reindex(table.index)
    table["sentence"] = sentences(
        table,
        needed.components,
        parameters,
        file_brought=len(user_posts(layers["mediation"])) > 0,
    )
    compared = gpd.GeoDataFrame(
        table.sort_values(["rank", "code_qp"], ignore_index=True)[list(QPV_COLUMNS)],
        geometry="geometry",
        crs=quarters.crs,
    )
    shown = compared[compared["scope"] == "territory"].reset_index(drop=True)
    kpis = coverage(shown)
    return Analysis(
        territory=layers.territory,
        fictional=layers.fictional,
        qpv=shown,
        comparators=compared,
        components=needed.components,
        other_components=needed.others,
        bridge=linked,
        demand=_demand(layers, reached),
        communes=_communes(layers, reached),
        practices_in_qpv=around.practices,
        mediation_in_qpv=around.mediation,
        help_in_qpv=around.help,
        mediation_reach=served,
        coverage=kpis,
        thresholds=thresholds,
        regimes=regimes(layers, shown, parameters, reached.pieces, linked),
        parameters=parameters,
        notes=(
            *analysis_notes(layers, compared, kpis, parameters, (*reached.notes, *outlook)),
            *safe.notes,
        ),
        sources=layers["sources"],
        care=partial(
            access_by_profession, layers, parameters, practices=around.practices, walks=walks
        ),
    )


def _compared_only(layers: Layers) -> Layers:
    """QPV of the territory and of its region(s), in code order whatever the file's order."""
    quarters = layers.geo("qpv")
    kept = quarters[(quarters["scope"] != "halo") & (quarters["perimeter"] == "2024")]
    kept = kept.sort_values("code_qp").reset_index(drop=True)
    return replace(layers, tables={**layers.tables, "qpv": kept})


def _served(
    layers: Layers, communes: pd.Series, around: Presence, parameters: Parameters
) -> tuple[pd.DataFrame, pd.Series]:
    """Who serves which QPV, and of which QPV the user's files speak: unknown is not zero."""
    posts, shares = user_posts(layers["mediation"]), layers["mediation_qpv"]
    active = active_posts(posts, parameters.as_of)
    served = served_quarters(active, shares, around.mediation, parameters.full_week_hours)
    vague = vague_posts(active, shares)
    known = known_quarters(layers["qpv"], communes, posts, vague, served)
    return described(served, active), known


def _quarters(
    layers: Layers,
    communes: pd.Series,
    reached: GpAccess,
    official: pd.DataFrame,
    around: Presence,
    needed: Need,
    capable: pd.DataFrame,
    parameters: Parameters,
) -> tuple[pd.DataFrame, dict[str, dict[str, Cuts]]]:
    table = pd.concat(
        [
            pd.DataFrame(layers["qpv"]),
            reached.quarters.drop(columns="code_qp"),
            official,
            access_gaps(reached, layers["demand"], communes),
            needed.quarters,
            capable,
            around.counts,
        ],
        axis=1,
    )
    table = with_hidden_statuses(table)
    table["access_unit"] = reached.unit
    table["precision"] = table["access_precision"]
    table["unmet_score"] = unmet_score(table["need_score"], table["unmet_share"])
    people, regions = table["population"], table["region"]
    table["access_class"], access_cuts = access_classes(
        table["access"], people, regions, parameters
    )
    table["need_class"], need_cuts = ruled_classes(
        table["unmet_score"], people, regions, parameters.need_rule, parameters.class_shares
    )
    cuts: dict[str, dict[str, Cuts]] = {}
    for column, by_region in (("access", access_cuts), ("unmet_score", need_cuts)):
        for region, pair in by_region.items():
            cuts.setdefault(region, {})[column] = pair
    table["access_below_share"] = share_below(
        reached.pieces,
        reached.pieces["access"].to_numpy(float),
        low_thresholds(regions, access_cuts).to_numpy(float),
        ACCESS_EDGE,
    )
    table["situation"] = situations(table["access_class"], table["need_class"])
    table["double_exclusion"] = exclusion_states(
        table["access_class"], _fragility(needed, table["code_qp"]), index_scale(layers)
    )
    moved = margins(table, cuts, parameters.near_cut_share)
    table[list(MARGIN_COLUMNS)] = moved[list(MARGIN_COLUMNS)]
    scored = priority(table, needed.components, parameters)
    return pd.concat([table, scored], axis=1), cuts


def _fragility(needed: Need, codes: pd.Series) -> pd.Series:
    """The index of digital fragility of each QPV, whatever its weight in the need; NaN unknown."""
    every = pd.concat([needed.components, needed.others])
    own = every[every["component"] == "digital_fragility"]
    return own.set_index("code_qp")["value"].reindex(codes)


def _demand(layers: Layers, reached: GpAccess) -> gpd.GeoDataFrame:
    demand = layers.geo("demand").reset_index(drop=True)
    known = np.isfinite(reached.demand)
    return demand.assign(
        access=reached.demand,
        access_unit=reached.unit,
        access_status=np.where(known, "modelled", "missing"),
    )


def _communes(layers: Layers, reached: GpAccess) -> pd.DataFrame:
    """Communes with our access (mean over their people) beside the official commune figure."""
    places = layers["communes"].reset_index(drop=True)
    mean = mean_by_commune(reached, layers["demand"]).reindex(places["code"])
    apl = official_apl(layers).reindex(places["code"])
    return pd.DataFrame(
        {
            **{name: places[name] for name in ("code", "label", "departement", "scope")},
            "access": mean.to_numpy(float),
            "access_unit": reached.unit,
            "apl_gp": apl["value"].to_numpy(float),
            "apl_vintage": apl["vintage"].fillna("").to_numpy(),
            "population": places["population"],
        }
    )
