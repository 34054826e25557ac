"""What people type that a link would carry: nobody's name, number or address goes with it."""

from __future__ import annotations

import streamlit as st

from datasets.mediation.personal import personal_content
from screens.address import to_address
from screens.plain import plain


def impersonal(name: str, text: str) -> str:
    """The text, or "" with a word to the reader when it holds something personal.

    ``name``: what the address calls it; it is taken out of the link.
    """
    found = personal_content(text)
    if not found:
        return text
    to_address(**{name: None})
    st.warning(
        f"Ce texte contient {plain(found)} : il n'est ni utilisé ni mis dans le lien de la page. "
        "À faire : écrivez-le autrement."
    )
    return ""
