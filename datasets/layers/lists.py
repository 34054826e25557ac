"""Lists that a user brings: zoning, deprivation quintiles, practices, schemes, figures of QPV.

They are read from the raw folder and from the files named at the build; without any, nothing is
missing from the territory: these lists are optional.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from datasets.brought.examine import BroughtTable
from datasets.brought.fdep import read_fdep
from datasets.brought.indicators import read_indicators
from datasets.brought.practices import read_practices
from datasets.brought.schemes import read_schemes
from datasets.brought.zoning import read_zoning
from datasets.layers.intake import Intake
from datasets.layers.places import Places
from datasets.raw import RawFile
from geo.schema import empty_table


def read_zones(
    intake: Intake,
    places: Places,
    known_qpv: frozenset[str],
    brought: Sequence[Path],
    *,
    keep_good: bool,
) -> pd.DataFrame:
    """The zones of the kept communes and of the QPV that a list names (table ``zoning``)."""
    known = frozenset(places.national["code"])
    readings = [
        _taken(intake, file, read_zoning(file.path, known, known_qpv or None, keep_good), "year")
        for file in _files(intake, "zonage_medecins", brought)
    ]
    if not readings:
        return empty_table("zoning")
    zones = pd.concat(readings, ignore_index=True)
    near = zones["code"].isin(set(places.communes["code"])) | (zones["territory_kind"] == "qpv")
    # Of two lists that name one place, the latest counts.
    kept = zones[near].sort_values("year", kind="stable")
    return kept.drop_duplicates(["territory_kind", "code"], keep="last", ignore_index=True)


def with_deprivation(
    indicators: pd.DataFrame,
    intake: Intake,
    places: Places,
    brought: Sequence[Path],
    *,
    keep_good: bool,
) -> pd.DataFrame:
    """The indicators, and the deprivation quintiles of the kept communes and of their IRIS."""
    known = frozenset(places.national["code"])
    readings = [
        _taken(intake, file, read_fdep(file.path, known, keep_good), "vintage")
        for file in _files(intake, "fdep", brought)
    ]
    if not readings:
        return indicators
    rows = pd.concat(readings, ignore_index=True)
    rows = rows[rows["code"].str[:5].isin(set(places.communes["code"]))]
    rows = rows.drop_duplicates(["code", "indicator", "vintage"], keep="last")
    return pd.concat([indicators, rows[indicators.columns]], ignore_index=True)


def read_brought_practices(
    intake: Intake, places: Places, brought: Sequence[Path], *, keep_good: bool
) -> list[pd.DataFrame]:
    """The files of practices of the raw folder and those brought (``read_practices``)."""
    known = frozenset(places.national["code"])
    return [
        _taken(intake, file, read_practices(file.path, known, keep_good), "vintage")
        for file in _files(intake, "practices", brought)
    ]


def read_brought_indicators(
    intake: Intake, known_qpv: frozenset[str], brought: Sequence[Path], *, keep_good: bool
) -> list[pd.DataFrame]:
    """The files of figures of the raw folder and those brought (``read_indicators``)."""
    return [
        _taken(intake, file, read_indicators(file.path, known_qpv or None, keep_good), "vintage")
        for file in _files(intake, "indicators", brought)
    ]


def read_local_schemes(
    intake: Intake,
    places: Places,
    known_qpv: frozenset[str],
    brought: Sequence[Path],
    *,
    keep_good: bool,
) -> pd.DataFrame:
    """Every scheme of the lists (table ``local_schemes``): few lines, kept whole."""
    known = frozenset(places.national["code"])
    readings = [
        _taken(
            intake, file, read_schemes(file.path, known, known_qpv or None, keep_good), "start_year"
        )
        for file in _files(intake, "local_schemes", brought)
    ]
    if not readings:
        return empty_table("local_schemes")
    return pd.concat(readings, ignore_index=True).drop_duplicates(ignore_index=True)


def _files(intake: Intake, source_id: str, brought: Sequence[Path]) -> list[RawFile]:
    files = intake.raw.files(source_id, "*.csv", "*.xlsx")
    return [*files, *(RawFile(source_id, path) for path in brought)]


def _taken(intake: Intake, file: RawFile, reading: BroughtTable, dated: str) -> pd.DataFrame:
    intake.problems.extend(reading.examination.problems)
    intake.used.append(file)
    if len(reading.table):
        intake.vintages[file.source_id] = str(reading.table[dated].max())
    return reading.table
