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
    ".apporte ul{margin:0 0 8px;padding-left:20px}</style>"
)


def bullets(lines: Iterable[str]) -> str:
    """A list of sentences."""
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f'{STYLE}<div class="apporte"><ul>{items}</ul></div>'


def table(frame: pd.DataFrame, caption: str) -> str:
    """A table of texts, its first column the heading of each row; it scrolls when narrow."""
    top = "".join(f'<th scope="col">{escape(str(name))}</th>' for name in frame.columns)
    rows = "".join(
        f'<tr><th scope="row">{escape(str(row[0]))}</th>'
        + "".join(f"<td>{escape(str(cell))}</td>" for cell in row[1:])
        + "</tr>"
        for row in frame.itertuples(index=False)
    )
    return (
        f'{STYLE}<div class="apporte" role="region" tabindex="0" aria-label="{escape(caption)}">'
        f"<table><caption>{escape(caption)}</caption><thead><tr>{top}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )
