"""Building another territory from the app: choose it, watch it being built, stop it."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from datasets import build_job, store
from datasets.build_job import Account
from datasets.territory_choices import (
    Choice,
    commune_lists,
    fixed_choices,
    listed_choices,
    matching,
)
from geo.errors import QpvError
from geo.figures import territory_name
from geo.territory import parse_territory
from screens import shared
from screens.address import in_address
from screens.address_values import Words
from screens.plain import plain

_EVERY_S = 1.0
_MOST_NAME = 80  # letters of the name looked for
_ORIGIN_WORDS = {
    "internet": "fichiers téléchargés",
    "fetched": "fichiers déjà téléchargés",
    "folder": "dossier préparé",
    "demo": "fichiers fictifs",
}


def draw() -> None:
    """The section: what is being built, or was last, then what may be."""
    data_dir = store.default_data_dir()
    st.header("Construire un autre territoire", anchor=False)
    now = build_job.account(data_dir)
    if now is not None and now.running:
        _watch(str(data_dir))
        return
    if now is not None:
        _outcome(now, data_dir)
    _choose(data_dir)


@st.fragment(run_every=_EVERY_S)
def _watch(data_dir: str) -> None:
    """The progress of the build, whoever asked for it; the whole page runs again at its end."""
    now = build_job.account(Path(data_dir))
    if now is None or not now.running:
        st.rerun()
    name = plain(territory_name(parse_territory(now.job.territory)))
    st.progress(now.share, text=f"{name} : {now.step or 'démarrage'}")
    st.text(f"Fichier : {now.file}" if now.file else "Fichier : en attente")
    st.caption(
        f"Construction en cours ({_ORIGIN_WORDS[now.job.origin]}), une seule à la fois. Vous "
        "pouvez changer d'écran ou fermer cette page : elle continue, et tous la voient."
    )
    if st.button("Arrêter la construction", key="arreter_construction"):
        build_job.cancel(Path(data_dir))
        st.rerun()


def _outcome(now: Account, data_dir: Path) -> None:
    territory = parse_territory(now.job.territory)
    name = plain(territory_name(territory))
    for said in now.said:
        st.text(said)
    if now.outcome == "done":
        st.success(f"{name} est construit : il est dans la liste « Territoire ».")
        st.button(
            f"Ouvrir : {name}", key="ouvrir_construit",
            on_click=shared.open_instead, args=(territory.slug,),
        )  # fmt: skip
    elif now.outcome == "cancelled":
        st.info(
            f"Construction arrêtée : {name}. Ce qui était construit n'a pas changé ; les fichiers "
            "déjà téléchargés sont gardés et ne seront pas redemandés."
        )
        _again(now, data_dir, name)
    elif now.outcome == "died":
        st.error(
            f"Construction interrompue : {name} (machine arrêtée ou mémoire épuisée). Ce "
            "qui était construit n'a pas changé. À faire : relancez-la ; si elle s'interrompt "
            "encore, demandez à qui administre la machine si la mémoire suffit."
        )
        _again(now, data_dir, name)
    else:
        st.error(f"{name} n'a pas pu être construit ; ce qui l'était n'a pas changé.")
        st.text(now.message)


def _again(now: Account, data_dir: Path, name: str) -> None:
    if st.button(f"Relancer : {name}", key="relancer_construction"):
        _start(now.job.territory, data_dir, now.job.origin)


def _start(territory: str, data_dir: Path, origin: str) -> None:
    try:
        build_job.start(parse_territory(territory), data_dir, origin)
    except QpvError as error:
        st.error(plain(error))
        return
    st.rerun()


def _choose(data_dir: Path) -> None:
    st.write(
        "Écrivez un nom ou un code : région, département, intercommunalité, commune, ou "
        "« démonstration »."
    )
    with in_address("construire_nom", Words(_MOST_NAME), ""):
        asked = st.text_input(
            "Territoire à construire", key="construire_nom", max_chars=_MOST_NAME,
            placeholder="Loire, Roanne, 42218…",
        )  # fmt: skip
    if not asked.strip():
        return
    found = matching(asked, _choices(data_dir))
    if not found:
        st.warning(
            "Aucun territoire de ce nom. À faire : vérifiez l'orthographe, ou écrivez le code "
            "officiel (42218 pour une commune, 244200770 pour une intercommunalité)."
        )
        return
    labels = {one.territory: one.label for one in found}
    with in_address("construire_lequel", labels, found[0].territory):
        territory = st.radio(
            "Lequel ?",
            list(labels),
            format_func=lambda one: plain(labels[one]),
            key="construire_lequel",
        )
    offered = build_job.origins(data_dir)
    origin = "demo"
    if territory != "demo":
        with in_address("construire_origine", offered, next(iter(offered))):
            origin = st.radio(
                "Fichiers officiels", list(offered), format_func=offered.__getitem__,
                key="construire_origine",
            )  # fmt: skip
    if st.button(f"Construire : {plain(labels[territory])}", key="construire", type="primary"):
        _start(territory, data_dir, origin)


def _choices(data_dir: Path) -> tuple[Choice, ...]:
    folders = [data_dir / "raw"]
    prepared = build_job.prepared_folder()
    if prepared is not None:
        folders.append(prepared)
    for path in commune_lists(folders):
        try:
            return fixed_choices() + _listed(str(path), path.stat().st_mtime_ns)
        except (QpvError, OSError):
            continue
    return fixed_choices()


@st.cache_resource(max_entries=2, show_spinner="Lecture de la liste des communes…")
def _listed(path: str, changed_at: int) -> tuple[Choice, ...]:
    del changed_at  # part of the key: a list fetched again is read again
    return listed_choices(Path(path))
