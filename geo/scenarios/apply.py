"""A scenario applied to layers: new layers, the old ones untouched.

A practice of general practitioners added by its FTE counts for as many places of practice as
offer the same consultations in the settings of the analysis. A health centre is a place of its
own kind and, when it has a size, general practitioners there. A mediator added in a QPV works
there the whole of its time, at a weekly permanence; the figures of a scenario are modelled.
"""

from __future__ import annotations

import difflib
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import Point

from geo.access.gp import GP
from geo.errors import BadInput
from geo.parameters import Parameters
from geo.scenarios.changes import Change, Scenario, check
from geo.schema import CRS, TABLES, Layers, validate
from geo.territory import departement_of_commune, parent_commune

SOURCE_ID = "scenario"
VINTAGE = "scénario"


def apply_scenario(layers: Layers, scenario: Scenario, parameters: Parameters) -> Layers:
    """Layers as they would be after every change of the scenario, in order.

    Raises
    ------
    BadInput
        Listing every change that cannot be applied: unknown target or QPV, a place outside the
        communes of the territory, a part larger than its target.
    """
    check(scenario)
    tables = dict(layers.tables)
    wrong = []
    for number, change in enumerate(scenario.changes, start=1):
        try:
            tables |= _applied(replace(layers, tables=tables), change, number, parameters)
        except BadInput as error:
            wrong.append(f"changement {number} ({change.action} {change.object}) : {error}")
    if wrong:
        raise BadInput("Scénario inapplicable ici, rien n'est calculé :\n- " + "\n- ".join(wrong))
    return replace(layers, tables=tables)


def moves_supply(scenario: Scenario) -> bool:
    """Whether some practice or centre is at a new place, of which no road time is known."""
    return any(c.object != "mediateur" and c.action != "fermer" for c in scenario.changes)


def _applied(
    layers: Layers, change: Change, number: int, parameters: Parameters
) -> dict[str, pd.DataFrame]:
    if change.object == "mediateur":
        return _mediation(layers, change, number, parameters)
    supply = layers.geo("supply")
    if change.action == "ajouter":
        return {"supply": _joined("supply", supply, _offers(layers, change, number, parameters))}
    row = supply.index[_target(supply["supply_id"], change.target)][0]
    places = float(supply.at[row, "practices"])
    part = places if change.places is None else change.places
    if np.isfinite(places) and part > places:
        raise BadInput(f"{part:g} lieux demandés, « {change.target} » n'en a que {places:g}.")
    left = supply.copy()
    left.loc[row, "practices"] = places - part
    left = left[(left.index != row) | (left["practices"] > 0)]
    if change.action == "fermer":
        return {"supply": validate("supply", left)}
    own = supply.loc[row].to_dict()
    moved = {**own, **_site(layers, change), "supply_id": f"scenario-{number}", "practices": part}
    return {"supply": _joined("supply", left, [moved])}


def _offers(
    layers: Layers, change: Change, number: int, parameters: Parameters
) -> list[dict[str, object]]:
    site = _site(layers, change)
    centre = change.object == "centre_de_sante"
    profession = GP if centre else change.profession
    rows = []
    places = _places(change, profession, parameters, default=0.0 if centre else 1.0)
    if places > 0:
        rows.append((f"scenario-{number}", profession, places))
    if centre:
        rows.append((f"scenario-{number}-centre", "centre_de_sante", 1.0))
    return [
        {
            **site, "supply_id": name, "profession": kind, "practices": size,
            "label": change.name if centre else "", "vintage": VINTAGE, "source_id": SOURCE_ID,
        }
        for name, kind, size in rows
    ]  # fmt: skip


def _places(change: Change, profession: str, parameters: Parameters, *, default: float) -> float:
    """Places of practice that offer what the change says."""
    if change.places is not None:
        return change.places
    if change.fte is None and change.capacity is None:
        return default
    if profession != GP:
        if change.fte is None:
            raise BadInput("capacite ne se lit que pour des généralistes : donnez etp ou lieux.")
        return change.fte
    offered = change.capacity
    if offered is None:
        offered = (change.fte or 0.0) * parameters.consultations_per_fte
    return offered / parameters.consultations_per_practice


def _mediation(
    layers: Layers, change: Change, number: int, parameters: Parameters
) -> dict[str, pd.DataFrame]:
    posts, shares = layers.geo("mediation"), layers["mediation_qpv"]
    if change.action == "ajouter":
        name = f"scenario-{number}"
        fte = change.fte
        if fte is None:
            fte = (change.capacity or 0.0) / parameters.people_per_fte
        row = {
            **_empty("mediation"), **_site(layers, change), "mediation_id": name,
            "structure": change.name or "Poste du scénario", "kind": "permanence",
            "hours_per_week": fte * parameters.full_week_hours, "fte": fte,
            "fte_status": "modelled", "people_status": "missing", "origin": "user",
            "source_id": SOURCE_ID, "source_label": "Hypothèse d'un scénario", "vintage": VINTAGE,
        }  # fmt: skip
        found = _joined("mediation", posts, [row])
    else:
        at = _target(posts["mediation_id"], change.target)
        name = change.target
        shares = shares[shares["mediation_id"] != name]
        if change.action == "fermer":
            # What its file declared complete stays so: its other lines still say it.
            kept = validate("mediation", _declaring(posts, at))
            return {"mediation": kept, "mediation_qpv": validate("mediation_qpv", shares)}
        moved = {**posts.loc[at].iloc[0].to_dict(), **_site(layers, change)}
        found = _joined("mediation", posts[~at], [moved])
    if change.qpv:
        own = pd.DataFrame({"mediation_id": [name], "code_qp": [change.qpv], "share": [1.0]})
        shares = validate("mediation_qpv", pd.concat([shares, own], ignore_index=True))
    return {"mediation": found, "mediation_qpv": validate("mediation_qpv", shares)}


def _declaring(posts: gpd.GeoDataFrame, closed: pd.Series) -> gpd.GeoDataFrame:
    """Posts without the closed one; what it alone declared complete passes to another line."""
    left = posts[~closed].copy()
    declared = str(posts.loc[closed, "complete_for"].iloc[0])
    others = left.index[left["origin"] == "user"]
    if declared and not left["complete_for"].eq(declared).any():
        if others.empty:
            raise BadInput(
                "c'est la seule ligne du fichier de médiation : sans elle, le fichier ne dit plus "
                "qu'il est complet, et l'absence de médiateur deviendrait une inconnue."
            )
        own = left.at[others[0], "complete_for"]
        left.loc[others[0], "complete_for"] = ";".join(filter(None, (own, declared)))
    return left


def _target(ids: pd.Series, wanted: str) -> pd.Series:
    found = ids == wanted
    if not found.any():
        near = difflib.get_close_matches(wanted, ids.tolist(), n=3, cutoff=0.5)
        hint = f" Voisins : {', '.join(near)}." if near else ""
        raise BadInput(f"« {wanted} » n'est pas dans les données.{hint}")
    return found


def _site(layers: Layers, change: Change) -> dict[str, object]:
    """Where the change puts its object, in the columns of a table of places."""
    quarters = layers.geo("qpv")
    if change.qpv:
        own = quarters[quarters["code_qp"] == change.qpv]
        if own.empty:
            raise BadInput(f"le QPV {change.qpv} n'est pas dans ce territoire.")
        point = own.geometry.iloc[0].representative_point()
        commune, code = str(own["commune"].iloc[0]), change.qpv
    else:
        point = Point(change.lon, change.lat)
        commune, code = _commune_at(layers, point), ""
    return {
        "commune": commune, "departement": departement_of_commune(commune), "code_iris": "",
        "code_qp": code, "precision": "coordinates", "geometry": point,
    }  # fmt: skip


def _commune_at(layers: Layers, point: Point) -> str:
    places = layers.geo("communes")
    outlined = places[~(places.geometry.isna() | places.geometry.is_empty)]
    inside = outlined[outlined.contains(point)]["code"].tolist()
    if inside:
        # The arrondissement is finer than its city.
        return str(next((code for code in inside if parent_commune(code) != code), inside[0]))
    seats = places.dropna(subset=["seat_lon", "seat_lat"])
    gaps = np.hypot((seats["seat_lon"] - point.x) * 0.7, seats["seat_lat"] - point.y)
    # Without outlines, the nearest seat, 0.2 degree (about 20 km) away at most.
    if outlined.empty and len(gaps) and gaps.min() < 0.2:
        return str(seats["code"].loc[gaps.idxmin()])
    raise BadInput(
        f"le point (lon {point.x:g}, lat {point.y:g}) n'est dans aucune commune du territoire ; "
        "longitude et latitude sont-elles interverties ?"
    )


def _empty(name: str) -> dict[str, object]:
    return {
        column: np.nan if str(rule.dtype) == "float64" else ""
        for column, rule in TABLES[name].columns.items()
    }


def _joined(name: str, table: gpd.GeoDataFrame, rows: list[dict[str, object]]) -> pd.DataFrame:
    columns = [*TABLES[name].columns, "geometry"]
    added = gpd.GeoDataFrame(
        [{**_empty(name), **row} for row in rows], geometry="geometry", crs=CRS
    )[columns]
    both = pd.concat([table[columns], added.to_crs(table.crs)], ignore_index=True)
    return validate(name, gpd.GeoDataFrame(both, geometry="geometry", crs=table.crs))
