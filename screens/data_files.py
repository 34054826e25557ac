"""One's own files: look at them, accept their good lines, get the model and what was refused."""

from __future__ import annotations

import tempfile
from pathlib import Path

import streamlit as st

from datasets.brought.session import FORMS, KIND_WORDS, MAX_BYTES, Look, look_at
from datasets.brought.template import write_form
from datasets.built_codes import codes_of
from geo.errors import QpvError
from geo.words import counted, number
from screens import brought, html_parts, pending, shared_files
from screens.address import in_address, told_in_address
from screens.address_step import by_history
from screens.shared import Opened

_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ABOUT = {
    "mediation": "Une ligne par poste ou par permanence : aucun fichier national ne dit qui fait "
    "de la médiation, où et combien. Une ligne du même identifiant remplace celle du territoire.",
    "practices": "Une ligne par cabinet ou centre qui manque aux fichiers officiels : vos lieux "
    "s'ajoutent aux leurs.",
    "indicators": "Une ligne par quartier et par indicateur : votre chiffre remplace celui qui est "
    "publié, avec votre source.",
    "local_schemes": "Une ligne par démarche (CLS, ASV, CLSM, CPTS, France services) et par "
    "territoire couvert : vos démarches s'ajoutent à celles du territoire, à l'écran « Réseau » et "
    "sur la page de chaque quartier.",
}
_OPTION = {
    "mediation": "--mediation", "practices": "--practices", "indicators": "--indicators",
    "local_schemes": "--schemes",
}  # fmt: skip
# Past this, nobody reads on the screen: the rest is in the file of refused lines.
_MOST_SHOWN = 200


def draw(opened: Opened) -> None:
    """The section: which kind, its model, the file, what it holds, what to do of it."""
    st.header("Apporter vos fichiers", anchor=False)
    st.write(
        "Ce que vous apportez reste dans votre session : personne d'autre ne le voit, et rien "
        "n'est écrit sur ce serveur, sauf un fichier que vous enregistrez dans l'espace partagé. "
        "Des totaux seulement, aucune donnée sur une personne."
    )
    build = brought.own_build(opened.build)
    waiting = pending.kinds(opened.slug, build)
    if waiting and told_in_address("apport_nature") is None and not by_history():
        # Back on this screen by its link, no other choice being kept: the file that waits is the
        # one in view.
        st.session_state.setdefault("apport_nature", waiting[-1])
    with in_address("apport_nature", list(KIND_WORDS), next(iter(KIND_WORDS))):
        kind = st.radio(
            "Que voulez-vous apporter ?", list(KIND_WORDS), format_func=KIND_WORDS.__getitem__,
            horizontal=True, key="apport_nature",
        )  # fmt: skip
    st.write(_ABOUT[kind])
    st.download_button(
        f"Télécharger le modèle : {KIND_WORDS[kind]} (Excel)",
        data=lambda: template(kind), file_name=f"modele-{kind}.xlsx", on_click="ignore",
        mime=_EXCEL, key=f"modele_{kind}",
    )  # fmt: skip
    sent = st.file_uploader(
        f"Votre fichier rempli (CSV ou Excel, {MAX_BYTES // 1_000_000} Mo au plus)",
        type=["csv", "xlsx"], key=f"apport_{kind}", max_upload_size=MAX_BYTES // 1_000_000,
        on_change=_taken_away, args=(kind,),
    )  # fmt: skip
    if sent is None:
        found = pending.look_of(opened.slug, build, kind)
        if found is not None:
            _back(found)
    else:
        try:
            found = _looked_at(opened, kind, sent.file_id, sent.name, sent.getvalue())
        except QpvError as error:
            pending.let_go(kind)
            st.error("Ce fichier ne peut pas être lu ; rien n'en est gardé.")
            st.text(str(error))
            return
    others = [KIND_WORDS[one] for one in waiting if one != kind]
    if others:
        st.text(f"Un fichier attend aussi votre décision : {', '.join(others)}.")
    if found is not None:
        _show(opened, found)
    _shared(opened, kind, found)


def _taken_away(kind: str) -> None:
    """A file removed from its field is set aside; a field drawn anew, empty, calls nothing."""
    if st.session_state[f"apport_{kind}"] is None:
        pending.let_go(kind)


def _back(found: Look) -> None:
    """Says that the file brought before leaving the screen is still there."""
    with st.container(horizontal=True, vertical_alignment="center", key="apport_garde"):
        st.text(f"Gardé depuis votre passage précédent, pour vous seul : {found.name}")
        st.button(
            "Écarter ce fichier", key="ecarter_apport", on_click=pending.let_go, args=(found.kind,)
        )


def _shared(opened: Opened, kind: str, found: Look | None) -> None:
    """Mediation files may be kept for the team; the others are for who builds the territory."""
    if kind != "mediation":
        return
    good = None
    if found is not None and found.good_csv:
        good = (f"{Path(found.name).stem or kind}.csv", found.good_csv)

    def take(name: str, content: bytes) -> None:
        kept = look_at(kind, name, content, codes_of(opened.layers))
        brought.add(opened.slug, kept.accepted)
        st.rerun()

    shared_files.draw(opened, kind, good, take)


def _looked_at(opened: Opened, kind: str, file_id: str, name: str, content: bytes) -> Look:
    """Judged once per file: each later run of the page finds it in the session."""
    slug, build = opened.slug, brought.own_build(opened.build)
    found = pending.look_of(slug, build, kind, file_id)
    if found is None:
        found = look_at(kind, name, content, codes_of(opened.layers))
        pending.hold(slug, build, file_id, found)
    return found


def _show(opened: Opened, found: Look) -> None:
    st.text(f"{found.name} : premières lignes, telles qu'elles sont écrites")
    st.dataframe(found.head, hide_index=True, placeholder="", alt=f"Aperçu de {found.name}")
    if len(found.problems):
        st.text(
            f"{counted(found.refused, 'ligne refusée', 'lignes refusées')}, "
            f"{counted(found.good, 'bonne ligne', 'bonnes lignes')}. Ce qui a été relevé :"
        )
        shown = found.problems.head(_MOST_SHOWN)
        st.html(html_parts.table(shown, "Ce qui ne va pas, ligne par ligne"))
        if len(found.problems) > len(shown):
            st.caption(
                f"Les {len(shown)} premiers constats sur {number(len(found.problems))} ; les "
                "lignes refusées sont toutes dans le fichier ci-dessous, avec leurs motifs."
            )
    else:
        st.text(f"{counted(found.good, 'bonne ligne', 'bonnes lignes')}, aucun problème relevé.")
    if found.accepted in brought.files_of(opened.slug):
        st.success("Ces lignes sont prises en compte sur tous les écrans, pour vous seul.")
    elif found.good:
        st.button(
            f"Utiliser {counted(found.good, 'bonne ligne', 'bonnes lignes')}", type="primary",
            key="utiliser_apport", on_click=brought.add, args=(opened.slug, found.accepted),
        )  # fmt: skip
    else:
        st.warning("Aucune bonne ligne : corrigez le fichier, puis apportez-le de nouveau.")
    _give_back(opened, found)


def _give_back(opened: Opened, found: Look) -> None:
    stem = Path(found.name).stem or found.kind
    with st.container(horizontal=True):
        if found.good_csv:
            st.download_button(
                "Télécharger les bonnes lignes (CSV)", data=found.good_csv, mime="text/csv",
                file_name=f"{stem}-bonnes-lignes.csv", on_click="ignore", key="apport_bonnes",
            )  # fmt: skip
        if found.refused_csv:
            st.download_button(
                "Télécharger les lignes refusées, avec leurs motifs (CSV)",
                data=found.refused_csv, mime="text/csv", on_click="ignore",
                file_name=f"{stem}-lignes-refusees.csv", key="apport_refusees",
            )  # fmt: skip
    if found.good_csv:
        st.write(
            "Pour que tous les voient, la personne qui administre l'outil construit le territoire "
            "avec le fichier des bonnes lignes :"
        )
        st.code(
            f"qpv build {opened.layers.territory} {_OPTION[found.kind]} BONNES-LIGNES.csv",
            language=None,
        )


@st.cache_data(show_spinner=False)
def template(kind: str) -> bytes:
    """The workbook to fill, with its guide and its lists of values."""
    with tempfile.TemporaryDirectory() as folder:
        return write_form(Path(folder) / f"{kind}.xlsx", FORMS[kind]).read_bytes()
