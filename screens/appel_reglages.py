"""The settings of a call: model, posts or budget, weights, scale and aggregation."""

from __future__ import annotations

import streamlit as st

from geo.analysis import Analysis
from geo.assumptions import assumptions_text
from geo.pack.presets import COST_PER_POST, PRESETS, posts_for
from geo.pack.request import Request
from geo.priority import AGGREGATION_WORDS, CATALOGUE, STANDARDISATION_WORDS
from geo.priority.eligibility import PRESETS as FILTERS
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
from screens.address import (
    from_address,
    judge,
    many_from_address,
    to_address,
    told_anew,
    told_in_address,
    view,
)
from screens.address_values import Between, amount, as_text, whole
from screens.shared import Opened
from screens.taken import taken

USUAL_POSTS = 12
# The first is what a call without that word in its address is counted by.
WAYS = {"postes": "un nombre de postes", "budget": "un budget en euros"}
_MOST_EUROS = 1e9


def request_asked(opened: Opened) -> Request | None:
    """Draw the settings; the request that they make, None when nothing can be asked with them."""
    st.header("Réglages", anchor=False)
    from_address("modele", list(PRESETS), usual=next(iter(PRESETS)))
    preset = st.selectbox(
        "Modèle d'appel", list(PRESETS), key="modele",
        format_func=lambda name: PRESETS[name].short_fr,
        help="Le modèle donne au dossier son titre, ses candidats et ses repères.",
    )  # fmt: skip
    # The box would cut a long title.
    st.caption(PRESETS[preset].title_fr)
    to_address(modele=preset)
    many_from_address("candidats", list(FILTERS), ())
    filters = st.multiselect(
        "Restreindre les candidats à", list(FILTERS), key="candidats", select_all=False,
        format_func=lambda name: FILTERS[name].sentence(), placeholder="Tous les QPV du territoire",
        help="Un quartier dont la réponse n'est pas connue n'est pas candidat : il est listé hors "
        "classement, avec la raison.",
    )  # fmt: skip
    to_address(candidats=filters or None)
    posts = _posts(opened.analysis)
    weights = _weights(opened.analysis)
    with st.expander("Comment le score est calculé (échelle, agrégation)"):
        scale = _words("echelle", "Échelle commune des critères", STANDARDISATION_WORDS)
        mean = _words("agregation", "Façon de réunir les critères", AGGREGATION_WORDS)
        st.caption(
            "L'échelle ramène des unités différentes sur 100. La moyenne géométrique punit plus "
            "qu'une somme un critère très bas. Les variantes du calcul les essaient toutes."
        )
    st.page_link(
        "screens/donnees.py", query_params=view(),
        label="Changer une hypothèse (personnes par poste…) : « Données »",
    )  # fmt: skip
    if not posts:
        return None
    return Request(
        territory=str(parse_territory(opened.manifest["territory"])),
        posts=posts,
        preset=preset,
        weights=weights,
        standardisation=scale,
        aggregation=mean,
        overrides=tuple(taken(opened.slug)),
        filters=tuple(name for name in FILTERS if name in filters),
        assumptions=assumptions_text(opened.analysis.parameters),
    )


def _posts(analysis: Analysis) -> int:
    from_address("compter", list(WAYS), usual=next(iter(WAYS)))
    way = st.radio(
        "Je connais", list(WAYS), format_func=WAYS.__getitem__, horizontal=True, key="compter"
    )
    if way == "budget":
        posts = _posts_of_budget()
        to_address(compter=way, postes=None)
        return posts
    most = len(analysis.qpv)
    usual = min(USUAL_POSTS, max(most // 4, 1))
    from_address("postes", Between(1, most), whole, usual=usual)
    posts = int(
        st.number_input(
            "Nombre de postes", 1, most, step=1, key="postes",
            help="La liste retient autant de quartiers. Les postes sont ensuite placés entre eux "
            "selon les personnes à y accompagner : un quartier peut n'en recevoir qu'une part, ou "
            "aucun, et des postes rester à placer ailleurs. « La liste en bref » dit combien.",
        )
    )  # fmt: skip
    to_address(compter=None, budget=None, cout=None, postes=str(posts))
    return posts


def _posts_of_budget() -> int:
    from_address("budget", Between(0, _MOST_EUROS), amount, usual=COST_PER_POST * USUAL_POSTS)
    budget = st.number_input(
        "Budget annuel (€)", 0.0, _MOST_EUROS, step=10_000.0, key="budget", format="%.0f"
    )
    from_address("cout", Between(1_000, 1e6), amount, usual=COST_PER_POST)
    cost = st.number_input(
        "Coût d'un poste (€ par an)", 1_000.0, 1e6, step=100.0, key="cout", format="%.0f",
        help="Repère 2024 de l'ARS Auvergne-Rhône-Alpes : environ 4,5 M€ pour 85 postes. "
        "Valeurs arrondies, pas une norme.",
    )  # fmt: skip
    to_address(budget=as_text(budget), cout=as_text(cost))
    posts = posts_for(budget, cost)
    st.markdown(f"**{counted(posts, 'poste')}** pour ce budget.")
    if not posts:
        st.warning("Ce budget ne paie aucun poste entier : augmentez-le, ou baissez le coût.")
    return posts


def _weights(analysis: Analysis) -> tuple[tuple[str, float], ...]:
    usual = weights_shown(analysis.parameters)
    anew = told_anew("poids")
    told, wrong = weights_read((told_in_address("poids") if anew is None else anew) or "")
    given = told or usual
    names = [name for name in CATALOGUE if name not in usual]
    others = [name for name in names if name in given]
    if anew is None:
        st.session_state.setdefault("autres_criteres", others)
    else:
        judge("poids", wrong)
        st.session_state["autres_criteres"] = others
        for name in (*usual, *others):
            st.session_state[f"poids_{name}"] = given.get(name, 0.0)
    st.subheader("Poids des critères", anchor=False)
    others = st.session_state["autres_criteres"]
    shown = {name: _weight(name, given.get(name, 0.0)) for name in (*usual, *others)}
    st.multiselect(
        "Autres critères", names, key="autres_criteres", placeholder="Ajouter un critère",
        select_all=False, format_func=lambda name: CATALOGUE[name].label_fr,
    )  # fmt: skip
    asked = weights_asked(shown, analysis.parameters)
    # A criterion added that counts for nothing yet is one more slider in view.
    to_address(poids=weights_text(shown) if asked or others else None)
    return asked


def _weight(name: str, start: float) -> float:
    criterion = CATALOGUE[name]
    st.session_state.setdefault(f"poids_{name}", start)
    return float(
        st.slider(
            criterion.label_fr, 0.0, MOST, step=STEP, key=f"poids_{name}", format="%.0f",
            help=f"Unité : {criterion.unit.rstrip('.')}. 0 : le critère ne compte pas. Seul "
            "compte le rapport entre les poids.",
        )
    )  # fmt: skip


def _words(key: str, label: str, words: dict[str, str]) -> str:
    from_address(key, list(words), usual=next(iter(words)))
    chosen = str(st.selectbox(label, list(words), key=key, format_func=lambda name: words[name]))
    to_address(**{key: chosen})
    return chosen
