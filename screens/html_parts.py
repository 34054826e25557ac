"""Lists and tables of texts that somebody brought, as HTML where nothing is ever interpreted.

Streamlit reads Markdown in texts and in the cells of ``st.table``: a brought text could then ask
for a picture outside. Everything here is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

import pandas as pd

STYLE = (
    "<style>.apporte{color:#1b1b1f;line-height:1.4;overflow-x:auto}"
    ".apporte table{border-collapse:collapse;width:100%}"
    ".apporte caption{text-align:left;font-weight:600;padding:4px 0}"
    ".apporte th,.apporte td{border:1px solid #c9ced6;padding:5px 8px;text-align:left;"
    "vertical-align:top;min-width:9em}.apporte th{background:#f1f2f5}"
    "@media(max-width:640px){.apporte table,.apporte tbody,.apporte caption{display:block}"
    ".apporte thead{display:none}.apporte tr{display:block;border:1px solid #c9ced6;margin:0 0 8px}"
    ".apporte th,.apporte td{display:block;border:0;padding:3px 8px}"
    ".apporte td::before{content:attr(data-de) ' : ';color:#4a4a55}}"
    ".apporte ul{margin:0 0 8px;padding-left:20px}</style>"
)


def bullets(lines: Iterable[str]) -> str:
    """A list of sentences."""
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f'{STYLE}<div class="apporte"><ul>{items}</ul></div>'


def table(frame: pd.DataFrame, caption: str) -> str:
    """A table of texts, its first column the heading of each row; rows are cards on a phone.

    Roles keep it a table for a screen reader whatever its looks.
    """
    heads = [escape(str(name)) for name in frame.columns]
    top = "".join(f'<th role="columnheader" scope="col">{head}</th>' for head in heads)
    rows = "".join(
        f'<tr role="row"><th role="rowheader" scope="row">{escape(_told(row[0]))}</th>'
        + "".join(
            f'<td role="cell" data-de="{head}">{escape(_told(cell))}</td>'
            for head, cell in zip(heads[1:], row[1:], strict=True)
        )
        + "</tr>"
        for row in frame.itertuples(index=False)
    )
    return (
        f'{STYLE}<div class="apporte" role="region" tabindex="0" aria-label="{escape(caption)}">'
        f'<table role="table"><caption>{escape(caption)}</caption>'
        f'<thead role="rowgroup"><tr role="row">{top}</tr></thead>'
        f'<tbody role="rowgroup">{rows}</tbody></table></div>'
    )


def _told(cell: object) -> str:
    """The text of a cell: nothing where nothing is known, a whole number without decimals."""
    if cell is None or cell != cell:
        return ""
    return f"{cell:.0f}" if isinstance(cell, float) and cell.is_integer() else str(cell)
