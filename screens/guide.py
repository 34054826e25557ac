"""The help of every screen: the glossary, and a visit in four steps that can be closed for good."""

from __future__ import annotations

from html import escape

import streamlit as st

from geo.glossary import Term, find_terms
from screens.link import link_popover
from screens.taken import taken

# Kept by the reader's own browser for a year; it says nothing else than « seen ».
COOKIE = "qpv_visite"
_SEEN = (
    f"<script>document.cookie = '{COOKIE}=faite;path=/;max-age=31536000;SameSite=Strict';</script>"
)
_NOT_CARRIED = (
    "Les dérogations de votre session n'y sont pas : enregistrez-les dans l'espace partagé."
)
STEPS = (
    ("Choisir où regarder",
     "Choisissez un territoire, puis un quartier : par son nom, sa commune, son code ou un code "
     "postal (les fautes de frappe sont pardonnées), dans la liste, ou d'un clic sur la carte."),
    ("Lire la carte",
     "Un quartier en « double peine » cumule un accès faible au généraliste et un fort besoin. La "
     "légende dit chaque motif et filtre ; le tableau dessous dit la même chose en chiffres."),
    ("Ouvrir la page d'un quartier",
     "L'écran « Quartier » raconte en phrases ce qui manque et qui travaille là. Chaque chiffre "
     "dit s'il est observé ou estimé, sa source et son année ; « manquant » n'est jamais zéro."),
    ("Décider, suivre, apporter",
     "« Appel » prépare une liste et son dossier, « Scénarios » compare des changements, "
     "« Données » dit d'où vient chaque fichier et reçoit les vôtres. « Lien », en haut, donne "
     "de quoi rouvrir la même vue : envoyez-le."),
)  # fmt: skip


def help_bar() -> None:
    """« Glossaire », « Visite guidée » and « Lien », beside the links to the screens."""
    with st.container(horizontal=True, gap="small", width="content", key="aide"):
        _glossary()
        st.button("Visite guidée", on_click=_go, args=(0,), key="visite_guidee")
        # Drawn before the screen writes its address, and not again with a part of it.
        decided = taken(st.session_state.get("territoire", ""))
        link_popover(
            "Lien", "la même vue", st.query_params.to_dict(), follows=True,
            without=_NOT_CARRIED if decided else "",
        )  # fmt: skip


def visit() -> None:
    """The visit, on the first time or when asked for."""
    if "visite" not in st.session_state:
        st.session_state["visite"] = None if COOKIE in st.context.cookies else 0
    with st.container(key="visite_place"):
        if st.session_state["visite"] is not None:
            _visit(st.session_state["visite"])
        if st.session_state.get("visite_vue"):
            st.html(_SEEN, unsafe_allow_javascript=True)


@st.fragment
def _glossary() -> None:
    with st.popover("Glossaire"):
        asked = st.text_input("Chercher un mot", key="glossaire", max_chars=60)
        found = find_terms(asked)
        if not found:
            st.text("Aucun mot de ce nom. Effacez la recherche pour les voir tous.")
        st.html(
            '<div tabindex="0" role="group" aria-label="Mots du glossaire" style="max-height:50vh;'
            'overflow:auto;color:#1b1b1f;font-size:14px;line-height:1.4"><dl style="margin:0">'
            f"{''.join(_term(term) for term in found)}</dl></div>"
        )


def _term(term: Term) -> str:
    full = f" <span>({escape(term.full)})</span>" if term.full else ""
    return (
        f'<dt style="margin-top:8px"><strong>{escape(term.name)}</strong>{full}</dt>'
        f'<dd style="margin:0">{escape(term.definition)} '
        f'<span style="color:#4a4a55">Source : {escape(term.source)}.</span></dd>'
    )


def _visit(step: int) -> None:
    title, text = STEPS[step]
    st.html(
        '<section aria-label="Visite guidée" style="border-left:4px solid #1f4e8c;padding:4px 12px;'
        f'color:#1b1b1f;background:#f3f5f8"><strong>Visite guidée, étape {step + 1} sur '
        f"{len(STEPS)} : {escape(title)}.</strong> {escape(text)}</section>"
    )
    with st.container(horizontal=True, gap="small"):
        if step:
            st.button("Étape précédente", on_click=_go, args=(step - 1,), key="visite_avant")
        if step + 1 < len(STEPS):
            st.button("Étape suivante", on_click=_go, args=(step + 1,), key="visite_apres")
            st.button("Plus tard", on_click=_go, args=(None,), key="visite_tard")
        st.button("Ne plus montrer", on_click=_seen, key="visite_fin")


def _go(step: int | None) -> None:
    st.session_state["visite"] = step


def _seen() -> None:
    st.session_state["visite"] = None
    st.session_state["visite_vue"] = True
