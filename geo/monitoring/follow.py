"""From monthly lines to what may be shown: counts, months without a line, ratios."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from geo.confidentiality import Secrecy
from geo.confidentiality.rules import people_followed
from geo.errors import BadInput
from geo.monitoring.counters import COUNTERS, LINE_COLUMNS, WORKSHOP_COLUMNS, quarter_of
from geo.monitoring.ratios import Benchmark, Ratio, benchmarks, ratios_of
from geo.monitoring.secrecy import MOST_CELLS, PERIOD, CellKey, hidden_cells
from geo.monitoring.units import LEVELS, WHOLE, expected_months, units_of_posts
from geo.parameters import Parameters

CELL_COLUMNS = (
    "level", "unit", "period", "kind", "counter", "value", "status", "told", "expected",
)  # fmt: skip
_MONTHLY = ("territoire", "structure")
_BY_KIND = ("territoire", "structure")


@dataclass(frozen=True)
class Followed:
    """What may be shown of monthly lines; nothing here comes from a hidden count.

    ``cells``: one row a figure (``CELL_COLUMNS``): ``period`` is a month, a quarter or
    ``periode``; ``kind`` a kind of workshop or ``""``; ``value`` NaN unless observed; ``told``
    and ``expected`` how many lines say it and how many should, a smaller ``told`` meaning that
    the figure is the least it can be. ``units``: each post's units. ``missing``: post and month
    without a line that is used, and whether one was ``refused``. ``fte_months``: by level and
    unit, NaN when one of its lines has none.
    """

    first: str
    last: str
    cells: pd.DataFrame
    ratios: tuple[Ratio, ...]
    benchmarks: tuple[Benchmark, ...]
    units: pd.DataFrame
    missing: pd.DataFrame
    fte_months: dict[tuple[str, str], float]
    months_for_whole_only: bool
    threshold: int
    fictional: bool = False
    left_out: tuple[str, ...] = field(default_factory=tuple)


def follow(
    lines: pd.DataFrame,
    workshops: pd.DataFrame,
    *,
    parameters: Parameters | None = None,
    codes: Collection[str] | None = None,
    departements: Collection[str] | None = None,
    refused: Collection[tuple[str, str]] = (),
    fictional: bool = False,
) -> Followed:
    """Everything that may be shown of monthly lines.

    Parameters
    ----------
    lines : ``LINE_COLUMNS``; months ``AAAA-MM``, NaN where nothing is told, ``qpv`` codes joined
        by ``;``.
    workshops : ``WORKSHOP_COLUMNS``, by kind.
    codes : keep the posts that serve one of these QPV; ``departements``: or that work in one of
        these while they name no QPV. None: all.
    refused : post and month of the lines of the file that are not used: missing, for that reason.

    Raises
    ------
    BadInput
        When no line is left.
    """
    chosen = parameters or Parameters()
    kept, left_out = _of_territory(lines[list(LINE_COLUMNS)], codes, departements)
    if kept.empty:
        raise BadInput(
            "Aucune ligne de suivi pour ce territoire. À faire : vérifiez la colonne "
            "« qpv_desservis », ou choisissez un autre territoire."
        )
    held = workshops.loc[workshops["post"].isin(kept["post"]), list(WORKSHOP_COLUMNS)]
    units = units_of_posts(kept)
    first, last = str(kept["month"].min()), str(kept["month"].max())
    expected = expected_months(kept, last)
    placed = kept.join(units.drop(columns=["structure", "departement"]), on="post")
    placed = placed.drop(columns="departement").join(units["departement"], on="post")
    due = expected.join(units, on="post")
    monthly = _monthly_levels(placed)
    sums = _sums(placed, monthly)
    lines_due: Counter[CellKey] = Counter()
    for line in due.to_dict("records"):
        lines_due.update(_keys(line, monthly))
    told = placed.to_dict("records")
    placed_workshops = held.join(units, on="post")
    rows = [
        row
        for counter in COUNTERS
        for row in _counter_cells(counter, told, placed_workshops, lines_due, sums, monthly, chosen)
    ]
    cells = pd.DataFrame(rows, columns=list(CELL_COLUMNS))
    return Followed(
        first=first,
        last=last,
        cells=cells,
        ratios=tuple(_ratios(placed, cells)),
        benchmarks=tuple(benchmarks().values()),
        units=units,
        missing=_missing(expected, refused),
        fte_months={
            (level, str(unit)): float(group["fte"].sum(skipna=False))
            for level in LEVELS
            for unit, group in placed.groupby(level)
        },
        months_for_whole_only=monthly == ("territoire",),
        threshold=chosen.min_people_followed,
        fictional=fictional,
        left_out=left_out,
    )


def _missing(expected: pd.DataFrame, refused: Collection[tuple[str, str]]) -> pd.DataFrame:
    absent = expected.loc[~expected["told"], ["post", "month"]].reset_index(drop=True)
    pairs = zip(absent["post"], absent["month"], strict=True)
    return absent.assign(refused=pd.Series([pair in refused for pair in pairs], dtype="bool"))


def _of_territory(
    lines: pd.DataFrame, codes: Collection[str] | None, departements: Collection[str] | None
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The lines of the posts at work there, whole, and the posts left out."""
    if codes is None and departements is None:
        return lines, ()
    wanted, around = set(codes or ()), set(departements or ())
    here = [
        bool(wanted & set(qpv.split(";"))) or (not qpv and departement in around)
        for qpv, departement in zip(lines["qpv"], lines["departement"], strict=True)
    ]
    posts = set(lines.loc[here, "post"])
    return lines[lines["post"].isin(posts)], tuple(sorted(set(lines["post"]) - posts))


def _monthly_levels(lines: pd.DataFrame) -> tuple[str, ...]:
    """The levels told by month, so long as their protection stays within reach."""
    months = lines["month"].nunique() + lines["month"].map(quarter_of).nunique()
    size = sum(lines[level].nunique() for level in _MONTHLY) * months
    return _MONTHLY if size <= MOST_CELLS else ("territoire",)


def _counter_cells(
    counter: str,
    lines: Sequence[Mapping[Any, Any]],
    workshops: pd.DataFrame,
    due: Mapping[CellKey, int],
    sums: Sequence[tuple[CellKey, tuple[CellKey, ...]]],
    monthly: tuple[str, ...],
    secrecy: Secrecy,
) -> list[tuple[Any, ...]]:
    values: dict[CellKey, float] = {}
    counts: Counter[CellKey] = Counter()
    for line in lines:
        if (value := line[counter]) == value:
            for key in _keys(line, monthly):
                values[key] = values.get(key, 0.0) + value
                counts[key] += 1
    expected, tied = dict(due), list(sums)
    if counter in ("workshops", "participants"):
        _add_kinds(counter, workshops, values, counts, expected, tied)
    rule = people_followed(secrecy)
    hidden = hidden_cells(values, tied, rule) if COUNTERS[counter].secret else frozenset()
    return [
        (
            *key,
            counter,
            math.nan if key in hidden else values.get(key, math.nan),
            "suppressed" if key in hidden else "observed" if key in values else "missing",
            counts[key],
            lines_due,
        )
        for key, lines_due in expected.items()
    ]


def _keys(line: Mapping[Any, Any], monthly: tuple[str, ...]) -> list[CellKey]:
    """The cells that a line is part of: its units over the period, by month and by quarter."""
    spans = (line["month"], quarter_of(line["month"]))
    whole = [(level, str(line[level]), PERIOD, "") for level in LEVELS]
    return whole + [(level, str(line[level]), span, "") for level in monthly for span in spans]


def _sums(
    lines: pd.DataFrame, monthly: tuple[str, ...]
) -> list[tuple[CellKey, tuple[CellKey, ...]]]:
    """What adds up: posts to every level, months to quarters to the period, units to the whole."""
    found: list[tuple[CellKey, tuple[CellKey, ...]]] = []
    for level in LEVELS:
        for unit, rows in lines.groupby(level):
            posts = tuple(("poste", str(post), PERIOD, "") for post in rows["post"].unique())
            if level != "poste":
                found.append(((level, str(unit), PERIOD, ""), posts))
    months = sorted(lines["month"].unique())
    quarters = sorted({quarter_of(month) for month in months})
    for level in monthly:
        for unit in lines[level].unique():
            inside = {q: [m for m in months if quarter_of(m) == q] for q in quarters}
            for quarter, own in inside.items():
                parts = tuple((level, str(unit), month, "") for month in own)
                found.append(((level, str(unit), quarter, ""), parts))
            parts = tuple((level, str(unit), quarter, "") for quarter in quarters)
            found.append(((level, str(unit), PERIOD, ""), parts))
    for level in monthly[1:]:
        for span in (*months, *quarters):
            parts = tuple((level, str(unit), span, "") for unit in lines[level].unique())
            found.append((("territoire", WHOLE, span, ""), parts))
    return found


def _add_kinds(
    counter: str,
    workshops: pd.DataFrame,
    values: dict[CellKey, float],
    counts: Counter[CellKey],
    expected: dict[CellKey, int],
    sums: list[tuple[CellKey, tuple[CellKey, ...]]],
) -> None:
    """The same counter by kind of workshop over the period, tied to its total."""
    for level in _BY_KIND:
        for (unit, kind), rows in workshops.groupby([level, "kind"]):
            key: CellKey = (level, str(unit), PERIOD, str(kind))
            expected[key] = len(rows)
            counts[key] = int(rows[counter].notna().sum())
            if counts[key]:
                values[key] = float(rows[counter].sum())
        for unit, rows in workshops.groupby(level):
            parts = tuple((level, str(unit), PERIOD, str(kind)) for kind in rows["kind"].unique())
            sums.append(((level, str(unit), PERIOD, ""), parts))
    for kind, rows in workshops.groupby("kind"):
        parts = tuple(
            ("structure", str(unit), PERIOD, str(kind)) for unit in rows["structure"].unique()
        )
        sums.append((("territoire", WHOLE, PERIOD, str(kind)), parts))


def _ratios(lines: pd.DataFrame, cells: pd.DataFrame) -> list[Ratio]:
    secret = cells[(cells["status"] == "suppressed") & (cells["period"] == PERIOD)]
    secret = secret[secret["kind"] == ""]
    found = []
    hidden: dict[tuple[str, str], set[str]] = {}
    for row in secret.to_dict("records"):
        hidden.setdefault((row["level"], row["unit"]), set()).add(row["counter"])
    for level in LEVELS:
        for unit, group in lines.groupby(level, sort=True):
            unshown = frozenset(hidden.get((level, str(unit)), ()))
            found += ratios_of(level, str(unit), group, unshown)
    return found
