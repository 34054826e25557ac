"""What is said of the posts of a call: how many are placed, for whom, and what the list costs."""

from __future__ import annotations

import pandas as pd

from geo.allocation import Allocation
from geo.pack.dossier import people_lost
from geo.words import counted, listed, number, plural

_NO_POST = 1e-9  # what a sum of parts of posts can leave
_MOST_PLACES = 3


def posts_sentences(
    posts: int, chosen: Allocation, free: Allocation, quarters: pd.DataFrame
) -> list[str]:
    """What the number of posts means, how many are placed and for whom, and what the list costs in
    people (``geo.pack.dossier.place_posts``).

    Parameters
    ----------
    quarters : code_qp, label, commune_label, of those named when they are not on the list.
    """
    used, spare = chosen.used, posts - chosen.used
    left = f"{number(spare, _decimals(spare))} ne le {plural(spare, 'serait', 'seraient')} pas"
    several = used >= 2
    told = [
        f"{counted(posts, 'poste demandé', 'postes demandés')} : c'est le nombre de quartiers que "
        "le classement retient. Le calcul place ensuite ces postes entre eux, par parts de "
        f"{number(chosen.rules.step, _decimals(chosen.rules.step))} poste, tant qu'il y reste des "
        f"personnes à accompagner : {posts_words(used)} "
        f"{'seraient placés' if several else 'serait placé'}"
        + (f", {left}." if spare > _NO_POST else ", donc tous." if several else "."),
        f"{posts_words(used)} ainsi "
        f"{'placés accompagneraient' if several else 'placé accompagnerait'} environ "
        f"{counted(chosen.people, 'personne')} par an dans ces quartiers et à une marche de là, "
        f"selon notre estimation. {how_sure(chosen)}",
    ]
    if spare > _NO_POST:
        told.append(
            f"{posts_words(spare)} sur {number(posts)} n'y "
            f"{plural(spare, 'trouverait', 'trouveraient')} plus personne à accompagner : toutes y "
            f"seraient déjà accompagnées, au rythme de {number(chosen.rules.capacity)} par poste "
            "et par an (hypothèse modifiable)."
        )
    return [*told, _elsewhere(posts, chosen, free, quarters)]


def _elsewhere(posts: int, chosen: Allocation, free: Allocation, quarters: pd.DataFrame) -> str:
    """What the posts would do without the list, and where the most of it: at most three places.

    Several places often do as well, and the ties between them are not broken: they are examples.
    """
    least, most = people_lost(chosen, free)
    if round(most) == 0:
        return (
            "Aucun autre choix de quartiers candidats n'en accompagnerait davantage avec autant "
            "de postes."
        )
    new = free.sites[(free.sites["new_posts"] > 0)
                     & ~free.sites["site_id"].isin(chosen.sites["site_id"])]  # fmt: skip
    best = new.sort_values(["people", "site_id"], ascending=[False, True]).head(_MOST_PLACES)
    names = quarters.set_index("code_qp")
    told = [
        f"{names.loc[site['site_id'], 'label']} ({names.loc[site['site_id'], 'commune_label']}, "
        f"{posts_words(site['new_posts'])} pour environ {counted(site['people'], 'personne')})"
        for _, site in best.iterrows()
    ]
    placed, serve = (
        (f"Placés sans tenir compte du classement, les mêmes {posts_words(posts)} en "
         "accompagneraient", "Ils serviraient")
        if posts >= 2
        else ("Placé sans tenir compte du classement, le même poste en accompagnerait",
              "Il servirait")
    )  # fmt: skip
    where = f" {serve} le plus hors de la liste, par exemple à {listed(told)} ; d'autres lieux "
    more = f"environ {number(least)}"
    if round(least) != round(most):
        # A search that stopped near enough to the best has proven no more than this.
        more = f"entre {number(least)} et {number(most)}"
    return f"{placed} {more} de plus : la priorité va ici au score, pas au nombre." + (
        f"{where}peuvent valoir autant." if told else ""
    )


def how_sure(chosen: Allocation) -> str:
    """Whether another way of placing them would serve more, without the words of the method."""
    if chosen.proven:
        return (
            "C'est le plus possible dans ces quartiers : aucun autre partage de ces postes n'en "
            "accompagnerait davantage (démontré par le calcul)."
        )
    return f"Un autre partage de ces postes ferait peut-être mieux ({chosen.status})."


def posts_words(posts: float) -> str:
    """``1 poste``, ``0,5 poste``."""
    return counted(posts, "poste", decimals=_decimals(posts))


def _decimals(posts: float) -> int:
    """Fewest that write a part of a post as it was asked for: 0,5 and 0,25."""
    return next((count for count in range(4) if round(posts, count) == round(posts, 6)), 3)
