"""Réseau: in which quarter are these points or these addresses; nothing of them is kept."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path

import pandas as pd
import streamlit as st

from datasets import address_base, address_service
from datasets.endpoints import Policy
from datasets.fetch_errors import SourceUnreachable
from datasets.locate_files import (
    Geocode,
    Points,
    abroad_in_words,
    geocoded,
    located_csv,
    located_table,
    read_points,
    told_of_points,
    with_addresses,
)
from datasets.uploaded import read_uploaded
from geo.errors import QpvError
from geo.locate import locate_in, share_inside, shares_in_words
from geo.words import number
from screens import html_parts
from screens.shared import Opened

OFFICIAL = "https://sig.ville.gouv.fr"
_BASE_WHERE = (
    "la Base Adresse Nationale d'un département se télécharge sur adresse.data.gouv.fr (un fichier "
    "par département : adresses-42.csv.gz pour la Loire), puis se dépose sous « Sans réseau »."
)
_POINTS_MB, _BASE_MB = 20, 60
# Somebody is waiting: a service that says nothing for a minute is told at once.
_IMPATIENT = Policy(silent_attempts=1, connect_timeout_s=5.0)
_SHOWN = 200
_HEADINGS = {
    "id": "Point", "code_qp": "QPV", "label": "Nom", "generation": "Génération",
    "distance_m": "Distance au contour (m, négative dedans)", "limite": "Cas limite",
    "statut": "Statut", "code_proche": "QPV le plus proche", "label_proche": "Son nom",
    "marge_m": "Marge (m)", "score": "Score de l'adresse", "precision_adresse": "Trouvée à",
    "adresse_trouvee": "Adresse trouvée",
}  # fmt: skip
_FIGURES = {"distance_m": 1, "marge_m": 1, "score": 2}


def draw(opened: Opened) -> None:
    st.header("À quel quartier appartient cette adresse ?", anchor=False)
    st.markdown(
        "Pour une seule adresse, l'avis officiel est celui de "
        f"[sig.ville.gouv.fr]({OFFICIAL}). Ici : une table de points ou d'adresses, placée sur les "
        "quartiers de ce territoire. **Rien n'en est gardé** : ni fichier, ni mémoire après la "
        "réponse."
    )
    sent = st.file_uploader(
        "Points (CSV : id, lon, lat ; ou id, address, postcode, city)", type=["csv"],
        max_upload_size=_POINTS_MB, key="points_fichier",
    )  # fmt: skip
    if sent is None:
        return
    try:
        read = read_uploaded(sent.name, sent.getvalue(), read_points, most=_POINTS_MB * 1_000_000)
        st.html(html_parts.bullets(told_of_points(read)))
        if read.placed:
            if st.button("Situer ces points", key="situer"):
                _answer(opened, read.frame, abroad_in_words(read))
        else:
            _addresses(opened, read)
    except QpvError as error:
        st.error("Ces points ne peuvent pas être situés ; rien n'en est gardé.")
        st.text(str(error))


def _addresses(opened: Opened, read: Points) -> None:
    """Two ways, each behind its own button: a local file, or the national service."""
    local, remote = st.columns(2, gap="large")
    with local:
        st.subheader("Sans réseau", anchor=False)
        base = st.file_uploader(
            "Base Adresse Nationale du département (adresses-42.csv.gz)", type=["csv", "gz"],
            max_upload_size=_BASE_MB, key="ban_fichier", help=_BASE_WHERE,
        )  # fmt: skip
        here = st.button("Situer avec ce fichier", key="situer_ban", disabled=base is None)
    with remote:
        st.subheader("Par le géocodeur national", anchor=False)
        st.write(
            "Les adresses **quittent cette machine** : adresse, code postal et ville sont envoyés "
            "à l'IGN (Géoplateforme), sans identifiant ni autre colonne."
        )
        there = st.button("Envoyer ces adresses à l'IGN, et les situer", key="situer_ign")
    if here and base is not None:
        found = read_uploaded(
            base.name, base.getvalue(), lambda path: address_base.read_base([path]),
            most=_BASE_MB * 1_000_000,
        )  # fmt: skip
        _placed(opened, read, partial(address_base.geocode, base=found))
    elif there:
        with tempfile.TemporaryDirectory() as folder:
            asked = address_service.Geocoder(Path(folder) / "reprise", policy=_IMPATIENT)
            try:
                _placed(opened, read, partial(address_service.geocode, settings=asked))
            except SourceUnreachable as error:
                st.error("Le géocodeur national n'a pas répondu : aucune adresse n'est située.")
                st.text(str(error))
                st.text(f"Sans lui : {_BASE_WHERE}")


def _placed(opened: Opened, read: Points, geocode: Geocode) -> None:
    with st.spinner("Recherche des adresses… (sans réponse, cela est dit au bout d'une minute)"):
        frame = geocoded(read, geocode)
    _answer(opened, frame)


def _answer(opened: Opened, frame: pd.DataFrame, abroad: list[str] | None = None) -> None:
    with st.spinner("Calcul…"):
        located = with_addresses(locate_in(frame, opened.layers), frame)
    st.subheader("Réponse", anchor=False)
    st.html(html_parts.bullets([*shares_in_words(share_inside(located)), *(abroad or [])]))
    st.markdown(
        "« Cas limite » : trop près d'un contour, au vu des précisions du contour et du point, "
        f"pour trancher ; demandez l'avis officiel ([sig.ville.gouv.fr]({OFFICIAL}))."
    )
    shown = located_table(located.head(_SHOWN))
    for name, decimals in _FIGURES.items():
        if name in shown:
            shown[name] = [number(one, decimals, unknown="") for one in shown[name]]
    st.dataframe(shown.rename(columns=_HEADINGS), hide_index=True, alt="Quartier de chaque point")
    if len(located) > _SHOWN:
        st.caption(f"Les {_SHOWN} premières lignes ; toutes sont dans le fichier.")
    fiction = "-donnees-fictives" if opened.analysis.fictional else ""
    st.download_button(
        "Télécharger la réponse (CSV)", data=located_csv(located), mime="text/csv",
        file_name=f"points-situes{fiction}.csv", on_click="ignore", key="situes_csv",
    )  # fmt: skip
