"""The settings of a call: model, posts or budget, weights, scale and aggregation."""

from __future__ import annotations

import streamlit as st

from geo.analysis import Analysis
from geo.pack.presets import COST_PER_POST, PRESETS, posts_for
from geo.pack.request import Request
from geo.priority import AGGREGATION_WORDS, CATALOGUE, STANDARDISATION_WORDS
from geo.report.weights import (
    MOST,
    STEP,
    weights_asked,
    weights_read,
    weights_shown,
    weights_text,
)
from geo.territory import parse_territory
from geo.words import counted
from screens.address import from_address, to_address, told_in_address
from screens.decisions import decided
from screens.shared import Opened

USUAL_POSTS = 12
BY_POSTS, BY_BUDGET = "un nombre de postes", "un budget en euros"


def request_asked(opened: Opened) -> Request | None:
    """Draw the settings; the request that they make, None when nothing can be asked with them."""
    st.header("Réglages", anchor=False)
    from_address("modele", list(PRESETS))
    preset = st.selectbox(
        "Modèle d'appel", list(PRESETS), key="modele",
        format_func=lambda name: PRESETS[name].title_fr,
        help="Le modèle donne au dossier son titre, ses candidats et ses repères.",
    )  # fmt: skip
    # The box cuts a long title.
    st.caption(PRESETS[preset].title_fr)
    to_address(modele=preset)
    posts = _posts(opened.analysis)
    weights = _weights(opened.analysis)
    with st.expander("Échelle et agrégation"):
        scale = _words("echelle", "Échelle commune des critères", STANDARDISATION_WORDS)
        mean = _words("agregation", "Façon de réunir les critères", AGGREGATION_WORDS)
        st.caption(
            "L'échelle ramène des unités différentes sur 100. La moyenne géométrique punit plus "
            "qu'une somme un critère très bas. Les variantes du calcul les essaient toutes."
        )
    if not posts:
        return None
    return Request(
        territory=str(parse_territory(opened.manifest["territory"])),
        posts=posts,
        preset=preset,
        weights=weights,
        standardisation=scale,
        aggregation=mean,
        overrides=tuple(decided(opened)),
    )


def _posts(analysis: Analysis) -> int:
    way = st.radio("Je connais", (BY_POSTS, BY_BUDGET), horizontal=True, key="compter")
    if way == BY_BUDGET:
        budget = st.number_input(
            "Budget annuel (€)", 0.0, 1e9, COST_PER_POST * USUAL_POSTS, 10_000.0, key="budget",
            format="%.0f",
        )  # fmt: skip
        cost = st.number_input(
            "Coût d'un poste (€ par an)", 1_000.0, 1e6, COST_PER_POST, 100.0, key="cout",
            format="%.0f",
            help="Repère 2024 de l'ARS Auvergne-Rhône-Alpes : environ 4,5 M€ pour 85 postes. "
            "Valeurs arrondies, pas une norme.",
        )  # fmt: skip
        posts = posts_for(budget, cost)
        st.markdown(f"**{counted(posts, 'poste')}** pour ce budget.")
        if not posts:
            st.warning("Ce budget ne paie aucun poste entier : augmentez-le, ou baissez le coût.")
    else:
        most = len(analysis.qpv)
        from_address("postes", range(1, most + 1), written=_whole)
        st.session_state.setdefault("postes", min(USUAL_POSTS, max(most // 4, 1)))
        posts = int(
            st.number_input(
                "Nombre de postes", 1, most, step=1, key="postes",
                help="Un poste, un quartier retenu. La liste s'arrête à ce nombre.",
            )
        )  # fmt: skip
        to_address(postes=str(posts))
    return posts


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 7 else 0


def _weights(analysis: Analysis) -> tuple[tuple[str, float], ...]:
    usual = weights_shown(analysis.parameters)
    given = weights_read(told_in_address("poids") or "") or usual
    st.subheader("Poids des critères", anchor=False)
    st.session_state.setdefault("autres_criteres", [name for name in given if name not in usual])
    others = st.session_state["autres_criteres"]
    shown = {name: _weight(name, given.get(name, 0.0)) for name in (*usual, *others)}
    st.multiselect(
        "Autres critères", [name for name in CATALOGUE if name not in usual],
        key="autres_criteres", format_func=lambda name: CATALOGUE[name].label_fr,
        placeholder="Ajouter un critère",
    )  # fmt: skip
    asked = weights_asked(shown, analysis.parameters)
    to_address(poids=weights_text(shown) if asked else None)
    return asked


def _weight(name: str, start: float) -> float:
    criterion = CATALOGUE[name]
    st.session_state.setdefault(f"poids_{name}", start)
    return float(
        st.slider(
            criterion.label_fr, 0.0, MOST, step=STEP, key=f"poids_{name}", format="%.0f",
            help=f"Unité : {criterion.unit}. 0 : le critère ne compte pas. Seul compte le rapport "
            "entre les poids.",
        )
    )  # fmt: skip


def _words(key: str, label: str, words: dict[str, str]) -> str:
    from_address(key, list(words))
    chosen = str(st.selectbox(label, list(words), key=key, format_func=lambda name: words[name]))
    to_address(**{key: chosen})
    return chosen
