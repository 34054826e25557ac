"""A fictional country: the demo's island laid again and again, under codes of its own.

Nothing is measured on it but the app: 89 islands of 18 QPV make 1,602 QPV, as many as France has.
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
from shapely import affinity

from datasets import store
from geo.schema import CRS, GEOMETRY_TABLES, TABLES, Layers

ISLANDS = 89
_COLUMNS = 12
# Degrees: wider than an island and its catchments, so that no island lends doctors to another.
_STEP_LON, _STEP_LAT = 1.25, 1.05
_WEST, _SOUTH = -5.0, 41.8
# Where a code of the demo is part of a value, whatever the table.
_WRITTEN = (("QN099", "QN0{}"), ("QP099", "QP0{}"))
_STARTS = {
    "commune", "communes", "code", "code_iris", "demand_id", "departement",
}  # fmt: skip
_UNIQUE = {"supply_id", "mediation_id", "help_id", "scheme_id"}
# Said once for the country, not once an island.
_ONCE = {"sources", "problems"}


def france_layers(demo: Layers, islands: int = ISLANDS) -> Layers:
    """The demo's layers, ``islands`` times; the codes 99… become 01…, 02… and so on."""
    copies = [_island(demo, place) for place in range(islands)]
    tables: dict[str, pd.DataFrame] = {}
    for name in TABLES:
        if name in _ONCE:
            tables[name] = demo[name]
            continue
        whole = pd.concat([copy[name] for copy in copies], ignore_index=True)
        tables[name] = gpd.GeoDataFrame(whole, crs=CRS) if name in GEOMETRY_TABLES else whole
    return Layers(territory="france", tables=tables, fictional=True)


def write_france(demo_data: Path, data: Path, islands: int = ISLANDS) -> None:
    """Build the country in ``data`` from the demo built in ``demo_data``."""
    details = {
        name: value
        for name, value in store.find("demo", demo_data).manifest.items()
        if name in ("parameters", "precision", "qpv_in_territory", "quality", "sources", "statuses")
    }
    store.write(france_layers(store.load("demo", demo_data), islands), details, "france", data)


def _island(demo: Layers, place: int) -> dict[str, pd.DataFrame]:
    # No département is called 20: Corsica's are 2A and 2B.
    number = place + 1 if place < 19 else place + 2
    written = f"{number:02d}"
    row, column = divmod(place, _COLUMNS)
    box = demo["communes"].total_bounds
    east = _WEST + column * _STEP_LON - box[0]
    north = _SOUTH + row * _STEP_LAT - box[1]
    made = {}
    for name in TABLES:
        if name in _ONCE:
            continue
        table = demo[name].copy()
        for heading in table.columns.difference(["geometry"]):
            if not pd.api.types.is_string_dtype(table[heading]):
                continue
            table[heading] = _renamed(table[heading], heading, written)
        for heading, step in (("seat_lon", east), ("seat_lat", north)):
            if heading in table:
                table[heading] += step
        if name in GEOMETRY_TABLES:
            table = table.set_geometry(
                table.geometry.apply(lambda shape: _moved(shape, east, north)), crs=CRS
            )
        made[name] = table
    return made


def _moved(shape: object, east: float, north: float) -> object:
    return shape if shape is None else affinity.translate(shape, east, north)


def _renamed(values: pd.Series, heading: str, written: str) -> pd.Series:
    for old, new in _WRITTEN:
        values = values.str.replace(old, new.format(written), regex=False)
    if heading in _STARTS:
        values = values.str.replace(r"(^|;)99", rf"\g<1>{written}", regex=True)
    if heading == "complete_for":
        values = values.str.replace("dep:99", f"dep:{written}", regex=False)
    if heading in _UNIQUE:
        values = values + f"-{written}"
    return values
