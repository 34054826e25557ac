"""Practice cards as HTML: the card itself, and the section of a quarter's page."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import pandas as pd

from datasets.practices import packaged_cards
from geo.practices import UNTOLD_FR, Card, Suggestion, suggestions
from geo.practices.cards import problems_fr, scores_fr
from geo.practices.near import NOT_ADVICE_FR
from screens.shared import Opened

STYLE = (
    "<style>.fiches{display:grid;gap:12px;"
    "grid-template-columns:repeat(auto-fill,minmax(min(100%,32em),1fr))}.fiche{color:#1b1b1f;line-height:1.45;overflow-wrap:anywhere;"
    "border:1px solid #767c88;border-radius:4px;padding:10px 14px}"
    ".fiche h3{font-size:18px;margin:0 0 4px;padding:0}.fiche p{margin:0 0 6px;max-width:80ch}"
    ".fiche .ou{color:#4a4a55}.fiche ul{margin:0 0 6px;padding-left:20px}</style>"
)
_MOST = 3


def cards_html(told: Sequence[Suggestion]) -> str:
    """The cards, side by side where the page is wide enough."""
    return f'<div class="fiches">{"".join(_card(one) for one in told)}</div>'


def _card(one: Suggestion) -> str:
    """One card with the reasons why it is shown; what is untold says so."""
    card = one.card
    where = f"{card.place or UNTOLD_FR}, {card.year or 'année non précisée'}"
    brought = " · fiche apportée" if card.origin == "user" else ""
    return (
        f'<article class="fiche"><h3>{escape(card.title)}</h3>'
        f'<p class="ou">{escape(where)}{brought}</p>{_reasons(one.reasons)}'
        f"<p>{escape(card.summary or f'Résumé {UNTOLD_FR}.')}</p>"
        f"<p><strong>Problèmes traités</strong> : {escape(problems_fr(card))}.</p>"
        f"<p><strong>Acteurs</strong> : {escape(', '.join(card.actors) or UNTOLD_FR)}.</p>"
        f"<p><strong>Notes</strong> : {escape(scores_fr(card))}</p>"
        f"<p><strong>Contact</strong> : {escape(card.contact_role or UNTOLD_FR)}. "
        f"<strong>Source</strong> : {escape(card.source or UNTOLD_FR)}. {_link(card)}</p></article>"
    )


def near_quarter(opened: Opened, code_qp: str, points: pd.DataFrame) -> str:
    """The section « Pratiques » of a quarter's page: the nearest cards and why."""
    found = suggestions(packaged_cards(), opened.analysis, code_qp, points)[:_MOST]
    items = "".join(
        f"<li><strong>{escape(one.card.title)}</strong>, {escape(one.card.place)} "
        f"({escape(one.card.year or 'année non précisée')}) : "
        f"{escape(' ; '.join(one.reasons))}.</li>"
        for one in found
    )
    none = "<p>Aucune fiche de la banque n'est de même lieu, de profil ou de problème proche.</p>"
    return (
        f'<section class="quartier"><h3>Pratiques voisines</h3><ul>{items}</ul>'
        f'<p class="note">{escape(NOT_ADVICE_FR)}</p></section>'
        if found
        else f'<section class="quartier"><h3>Pratiques voisines</h3>{none}</section>'
    )


def _reasons(reasons: Sequence[str]) -> str:
    items = "".join(f"<li>Pourquoi : {escape(reason)}</li>" for reason in reasons)
    return f"<ul>{items}</ul>" if items else ""


def _link(card: Card) -> str:
    if not card.link:
        return f"Lien : {UNTOLD_FR}."
    return (
        f'<a href="{escape(card.link)}" target="_blank" rel="noopener noreferrer">'
        "Site de la source (nouvel onglet)</a>"
    )
