"""A table of travel times brought by somebody, made into the sparse matrix of the project."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.checks import SHOWN, BadMinutes, DuplicatePairs, UnknownIds, offenders, require_unique
from geo.errors import BadInput
from geo.times.matrix import Mode, TravelTimes
from geo.words import counted, plural

COLUMNS = ("demand_id", "supply_id", "minutes")


def from_table(
    frame: pd.DataFrame,
    demand_ids: Sequence[Any] | npt.NDArray[Any],
    supply_ids: Sequence[Any] | npt.NDArray[Any],
    *,
    mode: Mode = "user",
    max_min: float = np.inf,
    provenance: str = "table fournie par l'utilisateur",
) -> TravelTimes:
    """Times from rows ``demand_id, supply_id, minutes`` (from the demand to the supply).

    A pair that has no row is out of reach or unknown, never at zero minutes. Rows beyond
    ``max_min`` are left out. Ids are compared as texts.

    Raises
    ------
    DuplicateIds, UnknownIds, BadMinutes, DuplicatePairs, BadInput
        Each listing the first offenders with their row in the table (the first row is 1).
    """
    lost = [name for name in COLUMNS if name not in frame.columns]
    if lost:
        raise BadInput(
            f"Table des temps : {plural(len(lost), 'colonne')} {', '.join(lost)} "
            f"{plural(len(lost), 'absente')} ; colonnes lues : "
            f"{', '.join(map(str, frame.columns))}."
        )
    demand, supply = (
        np.asarray(list(map(str, ids)), dtype=object) for ids in (demand_ids, supply_ids)
    )
    require_unique(demand, "Lieux de demande")
    require_unique(supply, "Lieux d'offre")
    rows = _positions(frame["demand_id"], demand, "demand_id", "lieux de demande")
    columns = _positions(frame["supply_id"], supply, "supply_id", "lieux d'offre")
    minutes = pd.to_numeric(frame["minutes"], errors="coerce").to_numpy(np.float64)
    wrong = np.flatnonzero(~(np.isfinite(minutes) & (minutes >= 0)))
    if len(wrong):
        shown = [
            f"ligne {line + 1} : {frame['demand_id'].iloc[line]} → {frame['supply_id'].iloc[line]} "
            f"({frame['minutes'].iloc[line]})"
            for line in wrong[:SHOWN]
        ]
        raise BadMinutes(
            f"Table des temps : {counted(len(wrong), 'durée')} "
            f"{plural(len(wrong), 'négative')} ou {plural(len(wrong), 'illisible')} : "
            f"{offenders(shown, len(wrong))}. Attendu : des minutes, positives ou nulles."
        )
    kept = np.flatnonzero(minutes.astype(np.float32) <= np.float32(max_min))
    order = kept[np.lexsort((columns[kept], rows[kept]))]
    rows, columns = rows[order], columns[order]
    twice = np.flatnonzero((rows[1:] == rows[:-1]) & (columns[1:] == columns[:-1]))
    if len(twice):
        shown = [f"{demand[rows[pair]]} → {supply[columns[pair]]}" for pair in twice[:SHOWN]]
        raise DuplicatePairs(
            f"Table des temps : {counted(len(twice), 'trajet')} en double : "
            f"{offenders(shown, len(twice))}. Gardez une seule durée par trajet."
        )
    starts = np.zeros(len(demand) + 1, dtype=np.int64)
    np.cumsum(np.bincount(rows, minlength=len(demand)), out=starts[1:])
    return TravelTimes(
        starts,
        columns.astype(np.int32),
        minutes[order].astype(np.float32),
        demand,
        supply,
        mode,
        max_min,
        provenance,
    )


def _positions(
    ids: pd.Series, known: npt.NDArray[Any], column: str, places: str
) -> npt.NDArray[np.int64]:
    position = pd.Index(known).get_indexer(pd.Index(ids.astype(str).to_numpy(object)))
    lost = np.flatnonzero(position < 0)
    if len(lost):
        names = list(dict.fromkeys(ids.iloc[lost].astype(str)))
        raise UnknownIds(
            f"Table des temps, colonne {column} : {counted(len(names), 'identifiant')} "
            f"{plural(len(names), 'absent')} des {places} : {offenders(names, len(names))} "
            f"(première ligne : {lost[0] + 1})."
        )
    return np.asarray(position, dtype=np.int64)
