"""The link that reopens a view: shown whole, copied by a finger, a mouse or a keyboard.

The button is told to the page's own script (``page.js``): no clipboard is offered to a page served
by plain http, so that the link is then selected, and that is said.
"""

from __future__ import annotations

from html import escape
from urllib.parse import urlencode

import streamlit as st

_STYLE = (
    "<style>.lien{color:#1b1b1f}.lien code{display:block;padding:8px 10px;border:1px solid #c9ced6;"
    "border-radius:4px;background:#f3f5f8;color:#1b1b1f;font:13px/1.4 monospace;"
    "overflow-wrap:anywhere;user-select:all}"
    ".lien button{margin:8px 10px 0 0;min-height:44px;padding:6px 14px;border:1px solid #1f4e8c;"
    "border-radius:4px;background:#fff;color:#1f4e8c;font:inherit;font-weight:600;cursor:pointer}"
    ".lien button:focus-visible{outline:3px solid #1f4e8c;outline-offset:2px}</style>"
)


def link_popover(
    words: str, what: str, query: dict[str, str], *, follows: bool = False, without: str = ""
) -> None:
    """A popover called ``words``, whose link reopens ``what`` (in words) with ``query``.

    ``follows``: what is in view changes without this part being drawn again; the link shown is
    then the address of the page at the moment it is opened. ``without``: a sentence on what the
    link does not carry.
    """
    with st.popover(words):
        told = f"Ce lien rouvre {what}, sur une machine où ce territoire est construit. {without}"
        st.write(told.strip())
        address = f"{str(st.context.url or '').split('?')[0]}?{urlencode(query, safe=',:')}"
        st.html(
            f'{_STYLE}<div class="lien"><code{" data-lien-ici" if follows else ""}>'
            f'{escape(address)}</code><button type="button" data-copier="lien">Copier le lien'
            '</button><span role="status"></span></div>'
        )
