"""The QPV table beside the map: the same rows, statuses in words, figures that still sort."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd
from pandas.io.formats.style import Styler

from geo import columns
from geo.column_words import STATUS_WORDS
from geo.confidentiality import HIDDEN
from geo.kept import kept
from geo.report.cells import column_cells
from geo.words import number

if TYPE_CHECKING:
    from geo.analysis import Analysis


def screen_frame(
    analysis: Analysis,
    situations: Collection[str] | None = None,
    cell_key: str = "",
    communes: Collection[str] = (),
) -> pd.DataFrame:
    """The table twin of the map: ``columns.TABLE_IDS`` with statuses in words, same order.

    Figures stay numbers, NaN when hidden or unknown: the status beside says which. The index is
    the row's place in ``analysis.qpv``; the filters are those of ``geo.kept.kept``.
    """
    rows = analysis.qpv[kept(analysis.qpv, situations, cell_key, communes)]
    shown = {}
    for column_id in columns.TABLE_IDS:
        column = columns.definition(column_id)
        if column.kind in ("number", "rank"):
            shown[column_id] = rows[column_id].astype("float64")
        else:
            shown[column_id] = pd.Series(column_cells(rows, column), index=rows.index, dtype="str")
    return pd.DataFrame(shown, index=rows.index)


def written_once(styled: Styler) -> Styler:
    """The same table, its cells written now, for however many readers ask for it later.

    Writing them takes longer than all the rest of a page. The methods replaced are those that
    pandas' own writers and Streamlit's call; the table is not formatted again afterwards.
    """
    ready: Any = styled
    ready._compute()
    written = ready._translate(False, False)
    shown = _as_shown(written["body"], ready.data)
    # Streamlit asks for the cells as text, then writes each formatted one in its place: all are
    # there already. It never changes that frame otherwise; this copy belongs to the style alone.
    ready.data = ready.data.copy()
    plain = ready.data.astype
    ready.data.astype = lambda kind, *more, **named: (
        shown if kind is str else plain(kind, *more, **named)
    )
    short = {**written, "body": []}
    ready._compute = lambda: ready
    # Streamlit asks with two words, pandas' own writers with more, and these need every cell.
    ready._translate = lambda *asked, **more: short if len(asked) == 2 and not more else written
    return styled


def _as_shown(body: list[list[dict[str, Any]]], data: pd.DataFrame) -> pd.DataFrame:
    """Each cell as it is read on the screen."""
    texts = [[str(cell["display_value"]) for cell in row if cell["type"] == "td"] for row in body]
    return pd.DataFrame(texts, index=data.index, columns=data.columns, dtype="str")


def in_french(frame: pd.DataFrame) -> Styler:
    """The screen table with its figures written the French way; they still sort as numbers."""
    formats: dict[Any, Any] = {
        name: partial(number, decimals=columns.definition(name).decimals)
        for name in frame.columns
        if columns.definition(name).kind in ("number", "rank")
    }
    styled = frame.style.format(formats)
    for name in formats:
        status = columns.definition(name).status
        if status in frame:
            hidden = frame.index[frame[status] == STATUS_WORDS["suppressed"]]
            styled = styled.format(lambda _: HIDDEN, subset=pd.IndexSlice[hidden, [name]])
    return written_once(styled)
