"""A small hand-made analysis for the faces: every situation, every status, and a hostile name."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import Point, box

from geo.analysis import Analysis
from geo.mediation import FTE_BY_KIND, Coverage
from geo.mediation.populations import Populations
from geo.parameters import Parameters
from geo.schema import CRS, TABLES, Layers, empty_table, validate

HOSTILE = '<img src=x onerror="alert(1)">\'\u2028</script>{{ 7 }} 🏥'
FORMULA = "=2+5+cmd|' /C calc'!A0"

_ROWS: list[dict[str, Any]] = [
    {"code_qp": "QN09901N", "label": HOSTILE, "situation": "double peine", "access": 1.25,
     "access_class": "low", "need_class": "high", "score": 81.5, "rank": 1},
    {"code_qp": "QN09902N", "label": "Les Remparts", "situation": "désert médical seul",
     "access": 1.5, "access_class": "low", "need_class": "mid", "score": 60.0, "rank": 2},
    {"code_qp": "QN09903M", "label": FORMULA, "situation": "non-recours seul", "access": 4.0,
     "access_class": "mid", "need_class": "high", "score": 40.25, "rank": 3},
    {"code_qp": "QN09904M", "label": "Le Port", "situation": "hors alerte", "access": 5.0,
     "access_class": "high", "need_class": "low", "score": 10.0, "rank": 4},
    {"code_qp": "QN09905I", "label": "L'Anse", "situation": "indéterminé", "access": np.nan,
     "access_class": "", "need_class": "", "score": np.nan, "rank": pd.NA},
]  # fmt: skip


def synthetic_qpv() -> gpd.GeoDataFrame:
    """Five quarters one kilometre wide; the second one's population is hidden, the last unknown."""
    rows = []
    for index, given in enumerate(_ROWS):
        scored = not np.isnan(given["score"])
        status = ("observed", "suppressed", "modelled", "observed", "missing")[index]
        known = status in ("observed", "modelled")
        rows.append(
            {
                **given,
                "commune": "99001", "communes": "99001", "commune_label": "Port-Brume",
                "departement": "99", "region": "99", "epci": "", "perimeter": "2024",
                "population": 1669.0 + index if known else np.nan, "population_status": status,
                "population_perimeter": "2015" if known else "",
                "population_vintage": "2022" if known else "",
                "access_unit": "consultations/an/hab. standardisé",
                "access_status": "modelled" if scored else "missing",
                "access_precision": "coordinates", "access_pieces": 1 + index,
                "access_level": ("cell", "iris", "point", "iris", "point")[index],
                "access_below_share": (0.75, 1.0, 0.0, 0.0, np.nan)[index],
                "access_minus_commune": given["access"] - 3.0,
                "access_minus_departement": given["access"] - 2.5, "apl_commune": 3.2,
                "apl_commune_vintage": "2021",
                "access_outlook": 0.9 * given["access"] if scored else np.nan,
                "access_outlook_lost": 0.1 if scored else np.nan,
                "access_outlook_status": "modelled" if scored else "missing",
                "nearest_gp_min": 4.0 + index,
                "nearest_gp_walk_min": (0.0, 12.0, np.nan, 31.5, np.nan)[index],
                "need_score": 20.0 * index if scored else np.nan,
                "need_status": "modelled" if scored else "missing",
                "need_observed_weight": 1.0 if scored else 0.2,
                "need_perimeter": "2015;2024" if scored else "",
                "need_overlap": (0.98, 0.4, np.nan, 0.7, np.nan)[index],
                "need_overlap_method": ("surface", "surface", "", "habitants", "")[index],
                "need_people": 33.4 if known else np.nan,
                "need_people_low": 31.5 if known else np.nan,
                "need_people_high": 50.1 if known else np.nan,
                "c2s_unclaimed_people": 210.0 if known else np.nan,
                "c2s_unclaimed_low": 210.0 if known else np.nan,
                "c2s_unclaimed_high": 219.0 if known else np.nan,
                "c2s_unclaimed_status": "modelled" if known else status,
                "c2s_unclaimed_perimeter": "2015" if known else "",
                "need_people_status": "modelled" if known else "missing",
                "mediation_fte": (0.5, np.nan, 0.0, 1.0, np.nan)[index],
                "mediation_status": ("observed", "missing", "observed", "observed", "missing")[
                    index
                ],
                **{
                    name: (0.5, np.nan, 0.0, 1.0, np.nan)[index] * (kind == "permanence")
                    for kind, name in FTE_BY_KIND.items()
                },
                "mediation_points": (1, 0, 0, 2, 0)[index],
                "inhabitants_per_fte": 3338.0 if index == 0 else np.nan,
                "coverage_state": ("présence partielle", "inconnu", "non couvert", "couvert",
                                   "inconnu")[index],
                "mediation_walk_only": False,
                "served_people": (10.0, np.nan, 0.0, 118.0, np.nan)[index],
                "residual_people": 23.4 if known else np.nan,
                "residual_fte": 0.2 if known else np.nan,
                "residual_people_low": 20.0 if known else np.nan,
                "residual_people_high": 25.0 if known else np.nan,
                "residual_fte_low": 20 / 150 if known else np.nan,
                "residual_fte_high": 0.25 if known else np.nan,
                "residual_status": "modelled" if known else "missing",
                "unmet_score": 20.0 * index if scored else np.nan,
                "access_to_cut": 0.25 * index if scored else np.nan,
                "need_to_cut": -3.5 if scored else np.nan,
                "near_cut": "accès" if index == 0 else "",
                "double_exclusion": ("in", "out", "unknown", "out", "in")[index],
                "next_situation": "non-recours seul" if scored else "",
                "residual_is_maximum": bool(index in (1, 4)),
                "contributions": {"access_deficit": given["score"] - 4.0, "poverty_share": 3.0,
                                  "mediation_gap": 1.0} if scored else {},
                "missing_components": () if scored else ("poverty_share", "c2s_share"),
                "gp_inside": 2.0 if index else np.nan, "gp_walk": 3.0, "help_walk": 1.0,
                "precision": "coordinates",
                "sentence": f"Phrase du quartier {index + 1}.", "scope": "territory",
                "geometry": box(-4.0 + index * 0.03, 47.0, -3.99 + index * 0.03, 47.01),
            }
        )  # fmt: skip
    frame = gpd.GeoDataFrame(rows, geometry="geometry", crs=CRS)
    frame["rank"] = frame["rank"].astype("Int64")
    return frame


def synthetic_analysis(fictional: bool = True) -> Analysis:
    """The analysis of the five quarters, as ``geo.analyse`` would give it."""
    qpv = synthetic_qpv()
    coverage = Coverage(
        qpv_total=5, qpv_known=3, qpv_with_mediator=2, qpv_unknown=2, qpv_share=0.4,
        inhabitants_total=6683.0, inhabitants_known=5012.0,
        inhabitants_with_mediator=3341.0, inhabitants_share=3341 / 6683,
        qpv_without_population=2,
        states={"couvert": 1, "présence partielle": 1, "non couvert": 1, "inconnu": 2},
        qpv_covered=1, covered_share=0.2, inhabitants_covered=1672.0,
        inhabitants_covered_share=1672 / 6683,
        statuses={"qpv_with_mediator": "observed", "inhabitants_with_mediator": "modelled",
                  "qpv_covered": "modelled", "inhabitants_covered": "modelled"},
        populations=Populations("modelled", ("2015",), ("2022",), 3, 2),
    )  # fmt: skip
    nothing = pd.DataFrame()
    fields: dict[str, Any] = {
        "territory": "dep:99", "fictional": fictional, "qpv": qpv, "comparators": qpv,
        "components": nothing, "other_components": nothing, "bridge": nothing,
        "demand": gpd.GeoDataFrame(geometry=[], crs=CRS),
        "communes": pd.DataFrame({"code": ["99001"], "label": ["Port-Brume"]}),
        "practices_in_qpv": nothing, "mediation_in_qpv": nothing, "help_in_qpv": nothing,
        "mediation_reach": nothing,
        "coverage": coverage, "thresholds": {}, "regimes": synthetic_regimes(qpv),
        "parameters": Parameters(),
        "notes": ("Une note de lecture.",), "sources": synthetic_sources(),
    }  # fmt: skip
    known = {name: value for name, value in fields.items() if name in Analysis.__dataclass_fields__}
    return Analysis(**known)


def synthetic_regimes(qpv: pd.DataFrame) -> pd.DataFrame:
    """Two regimes that part on every quarter, and a third that cannot say."""
    told = (("qpv_2024", "in", "observed"), ("ufc", "out", "modelled"),
            ("zip_zac", "unknown", "missing"))  # fmt: skip
    rows = [
        {"code_qp": code, "regime": regime, "state": state, "reason_fr": f"Raison de {regime}.",
         "date": "2024-01-01", "source_id": "qpv_2024", "status": status}
        for code in qpv["code_qp"] for regime, state, status in told
    ]  # fmt: skip
    return pd.DataFrame(rows)


def synthetic_sources() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "source_id": ["qpv_2024"], "title": ["Contours <b>QPV</b>"], "publisher": ["ANCT"],
            "licence": ["à vérifier"], "vintage": ["2024"], "files": ["qpv.zip"],
            "sha256": ["0" * 64], "fetched_at": ["2026-01-15"], "landing_page": ["https://a.example"],
        }
    )  # fmt: skip


def synthetic_layers() -> Layers:
    """The canonical tables around the five quarters: one commune, practices, points of help."""
    tables = {name: empty_table(name) for name in TABLES}
    tables["communes"] = gpd.GeoDataFrame(
        {
            "code": ["99001"], "label": ["Port-Brume"], "departement": ["99"], "region": ["99"],
            "epci": [""], "scope": ["territory"], "population": [12000.0],
            "population_status": ["observed"], "seat_lon": [-3.95], "seat_lat": [47.0],
            "source_id": ["communes"], "vintage": ["2026"],
        },
        geometry=[box(-4.1, 46.9, -3.8, 47.1)], crs=CRS,
    )  # fmt: skip
    tables["supply"] = gpd.GeoDataFrame(
        {
            "supply_id": ["a", "b", "c"],
            "profession": ["medecin_generaliste", "medecin_generaliste", "hopital"],
            "label": ["", "", HOSTILE], "practices": [2.0, 1.0, 1.0],
            "commune": ["99001"] * 3, "departement": ["99"] * 3, "code_iris": [""] * 3,
            "code_qp": [""] * 3, "precision": ["iris", "iris", "coordinates"],
            "vintage": ["2018"] * 3, "source_id": ["bpe"] * 3,
        },
        geometry=[Point(-3.95, 47.0), Point(-3.95, 47.0), Point(-3.9, 47.02)], crs=CRS,
    )  # fmt: skip
    mediation = {
        name: [np.nan if str(column.dtype) == "float64" else ""]
        for name, column in TABLES["mediation"].columns.items()
    }
    mediation |= {
        "mediation_id": ["m1"], "structure": [HOSTILE], "kind": ["permanence"],
        "fte_status": ["missing"], "people_status": ["missing"], "precision": ["address"],
        "origin": ["user"], "commune": ["99001"],
    }  # fmt: skip
    tables["mediation"] = gpd.GeoDataFrame(mediation, geometry=[Point(-3.97, 47.0)], crs=CRS)
    tables["help_points"] = gpd.GeoDataFrame(
        {
            "help_id": ["h1"], "kind": ["france_services"], "label": ["Maison"],
            "commune": ["99001"], "departement": ["99"], "opening": [""], "fixed": [True],
            "precision": ["address"], "vintage": ["2024"], "source_id": ["france_services"],
        },
        geometry=[Point(-3.96, 47.01)], crs=CRS,
    )  # fmt: skip
    checked = {name: validate(name, table) for name, table in tables.items()}
    return Layers(territory="dep:99", tables=checked, fictional=True)
