"""All the regimes side by side, and where they part."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from geo.access.gp import quarter_communes
from geo.access.qpv_scale import pieces
from geo.bridge import bridge
from geo.parameters import Parameters
from geo.regimes.decree import decree_2003
from geo.regimes.lists import aura_priority, fdep_45, zip_zac
from geo.regimes.model import REGIME_COLUMNS, REGIMES, Case, Verdict
from geo.regimes.official import qpv_2015, qpv_2024
from geo.regimes.shares import people_shares
from geo.regimes.transposed import ufc
from geo.schema import Layers

if TYPE_CHECKING:
    from geo.analysis import Analysis

_JUDGES: dict[str, Callable[[Case], list[Verdict]]] = {
    "qpv_2024": qpv_2024,
    "qpv_2015": qpv_2015,
    "fdep_45": fdep_45,
    "aura_priority": aura_priority,
    "zip_zac": zip_zac,
    "decree_2003": decree_2003,
    "ufc": ufc,
}
DISAGREEMENT_COLUMNS = (
    "code_qp",
    "keeps",
    "keeps_reason_fr",
    "leaves_out",
    "leaves_out_reason_fr",
)


def regimes(
    layers: Layers,
    analysis: Analysis | pd.DataFrame,
    parameters: Parameters | None = None,
    cut: gpd.GeoDataFrame | None = None,
    linked: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """What each regime says of each QPV, and why.

    Parameters
    ----------
    analysis : an analysis, or its QPV table (columns code_qp, departement, region, population,
        population_perimeter, access, nearest_gp_min, apl_commune, apl_commune_vintage).
    cut : the pieces of the QPV (``geo.access.qpv_scale.pieces``) when they are at hand.
    linked : the table of ``geo.bridge.bridge`` when it is at hand.

    Returns one row per QPV and regime, in the order of the table then of ``REGIMES``: state
    (in, out, unknown), reason in French, date of the list or of the figures, source_id (``""``
    for a rule applied to several), status (observed, modelled; missing when unknown).
    """
    if isinstance(analysis, pd.DataFrame):
        quarters, followed = analysis, parameters or Parameters()
    else:
        quarters, followed = analysis.qpv, parameters or analysis.parameters
    if cut is None:
        communes = quarter_communes(layers)
        cut = pieces(layers, communes, min_covered=followed.min_pieces_area)
    quarters = quarters.reset_index(drop=True)
    linked = bridge(layers) if linked is None else linked
    case = Case(layers, quarters, people_shares(layers, cut), linked, followed)
    found = pd.concat(
        [
            pd.DataFrame(judge(case), columns=list(Verdict._fields)).assign(
                code_qp=quarters["code_qp"].to_numpy(),
                regime=regime,
                rank=range(len(quarters)),
            )
            for regime, judge in _JUDGES.items()
        ],
        ignore_index=True,
    )
    ordered = found.sort_values("rank", kind="stable", ignore_index=True)
    return ordered[list(REGIME_COLUMNS)].astype("str")


def disagreements(frame: pd.DataFrame) -> pd.DataFrame:
    """QPV that one regime keeps and another leaves out, with both reasons.

    One row per QPV and pair of regimes (``DISAGREEMENT_COLUMNS``), in the order of ``frame``. A
    regime that does not know disagrees with nobody.
    """
    order = {code: rank for rank, code in enumerate(dict.fromkeys(frame["code_qp"]))}
    sides = {}
    for state, name in (("in", "keeps"), ("out", "leaves_out")):
        own = frame.loc[frame["state"] == state, ["code_qp", "regime", "reason_fr"]]
        sides[name] = own.rename(columns={"regime": name, "reason_fr": f"{name}_reason_fr"})
    pairs = sides["keeps"].merge(sides["leaves_out"], on="code_qp")
    places = {name: rank for rank, name in enumerate(REGIMES)}
    keys = pd.DataFrame(
        {
            "quarter": pairs["code_qp"].map(order),
            "keeps": pairs["keeps"].map(places),
            "leaves_out": pairs["leaves_out"].map(places),
        }
    )
    ordered = keys.sort_values(["quarter", "keeps", "leaves_out"]).index
    return pairs.loc[ordered, list(DISAGREEMENT_COLUMNS)].reset_index(drop=True)
