"""The canonical tables of a built territory: what holds them, and what checks them.

Geometry is stored in EPSG:4326; codes are text; ``""`` stands for an absent text and NaN for an
absent number. A number that can be estimated, hidden or unknown has a companion ``*_status``
column (see ``STATUSES``). Missing is never zero. Columns are defined in ``geo.tables``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import pandas as pd
import pandera.pandas as pa

from geo.errors import BadLayer
from geo.roads.graph import RoadGraph
from geo.tables import GEOMETRY_TABLES, TABLES
from geo.times.matrix import TravelTimes
from geo.vocabulary import (
    COMMUNE_CODE,
    CRS,
    IRIS_CODE,
    MEDIATION_KINDS,
    MEDIATION_TERRITORIES,
    PERIMETERS,
    PRECISIONS,
    QPV_2015_CODE,
    QPV_2024_CODE,
    SCOPES,
    STATUSES,
    SUPPLY_PROFESSIONS,
    TERRITORY_KINDS,
    ZONES,
)

__all__ = [
    "COMMUNE_CODE",
    "CRS",
    "GEOMETRY_TABLES",
    "IRIS_CODE",
    "MEDIATION_KINDS",
    "MEDIATION_TERRITORIES",
    "PERIMETERS",
    "PRECISIONS",
    "QPV_2015_CODE",
    "QPV_2024_CODE",
    "SCOPES",
    "STATUSES",
    "SUPPLY_PROFESSIONS",
    "TABLES",
    "TERRITORY_KINDS",
    "ZONES",
    "Layers",
    "empty_table",
    "validate",
]
# Places whose outline or position may be unknown; for the others a geometry is mandatory.
_GEOMETRY_MAY_BE_MISSING = {"communes", "iris", "supply", "mediation", "help_points", "schemes"}


@dataclass(frozen=True)
class Layers:
    """All canonical tables of one built territory; ``tables[name]`` obeys ``TABLES[name]``.

    ``travel``: times along the roads, when a road network was read: ``"car"``, ``"walk"``, and
    ``"car:sage_femme"`` for a profession looked for further away. Demand ids are those of
    ``geo.access.gp.travel_rows``, supply ids those of the supply table. A place too far from any
    road is in neither list of ids: its times are unknown, whereas a place that is there and has
    no time reaches nothing within ``max_min``.

    ``streets``: the walking network kept around each QPV that the roads cover, by code, for rounds
    (``geo.outreach.streets``); a ``QpvError`` is raised for one whose file is damaged.
    """

    territory: str
    tables: Mapping[str, pd.DataFrame]
    fictional: bool = False
    travel: Mapping[str, TravelTimes] = field(default_factory=dict)
    streets: Mapping[str, RoadGraph] = field(default_factory=dict)

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.tables[name]

    def geo(self, name: str) -> gpd.GeoDataFrame:
        """The same table, as the GeoDataFrame it is."""
        table = self.tables[name]
        if not isinstance(table, gpd.GeoDataFrame):
            raise BadLayer(f"La table « {name} » n'a pas de géométrie.")
        return table


def empty_table(name: str) -> pd.DataFrame:
    """A table of the schema with no row: what a source that is absent leaves behind."""
    columns = {
        column: pd.Series(dtype=_dtype(rule)) for column, rule in TABLES[name].columns.items()
    }
    frame = pd.DataFrame(columns)
    if name in GEOMETRY_TABLES:
        frame = gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries([], crs=CRS))
    return frame


def validate(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """Check one table against its schema; return it with columns in order and text typed alike.

    Raises
    ------
    BadLayer
        Listing every broken rule (not only the first), with the offending values.
    """
    broken: list[str] = []
    plain = pd.DataFrame(table.drop(columns="geometry", errors="ignore"))
    try:
        TABLES[name].validate(plain, lazy=True)
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        for (column, check), group in cases.groupby(["column", "check"], dropna=False):
            values = ", ".join(repr(value) for value in group["failure_case"].head(3))
            broken.append(f"{column}: {check} (par exemple {values}, {len(group)} cas)")
    if name in GEOMETRY_TABLES:
        broken += _broken_geometry(name, table)
    if broken:
        raise BadLayer(f"Table « {name} » refusée : " + " ; ".join(broken))
    rules = TABLES[name].columns
    ordered = table[[*rules, *(["geometry"] if name in GEOMETRY_TABLES else [])]]
    # The same table, just built or read back from disk, must compare equal: one text type.
    typed: pd.DataFrame = ordered.astype({column: _dtype(rule) for column, rule in rules.items()})
    return typed


def _dtype(rule: pa.Column) -> str:
    """The pandas dtype of a column; pandera writes text in a way of its own."""
    name = str(rule.dtype)
    return name if name in ("float64", "int64", "bool") else "str"


def _broken_geometry(name: str, table: pd.DataFrame) -> list[str]:
    if not isinstance(table, gpd.GeoDataFrame) or table.crs is None:
        return ["geometry: attendue en EPSG:4326"]
    broken = []
    if table.crs != CRS:
        broken.append(f"geometry: CRS {table.crs.to_string()} au lieu de {CRS}")
    present = table.geometry[~(table.geometry.isna() | table.geometry.is_empty)]
    if len(present) < len(table) and name not in _GEOMETRY_MAY_BE_MISSING:
        broken.append(f"geometry: {len(table) - len(present)} absente(s)")
    kinds = set(present.geom_type) - set(GEOMETRY_TABLES[name])
    if kinds:
        broken.append(f"geometry: types {sorted(kinds)} au lieu de {GEOMETRY_TABLES[name]}")
    if not present.is_valid.all():
        broken.append(f"geometry: {(~present.is_valid).sum()} invalide(s)")
    return broken
