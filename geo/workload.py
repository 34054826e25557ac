"""What one documented coordinator did in a year, and what a group did, counter by counter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo.errors import BadInput
from geo.intervals import wilson
from geo.words import counted, number, percent

if TYPE_CHECKING:
    from geo.commune_group import CommuneGroup

_PLACE = "vallée de la Haute Herbasse, sept communes (Valherbasse)"
VALHERBASSE_SOURCE = "Banque des territoires (vallée de la Haute Herbasse), 2024"


@dataclass(frozen=True)
class Workload:
    """What one coordinator did in a year: three counters that are never added to one another."""

    inhabitants: int
    people: int
    solicitations_least: int
    visits: int

    @property
    def reach(self) -> float:
        """Share of the inhabitants met in the year (0..1)."""
        return self.people / self.inhabitants


VALHERBASSE_2024 = Workload(2_300, 510, 2_000, 411)


def workload_in_words(group: CommuneGroup, done: Workload = VALHERBASSE_2024) -> tuple[str, ...]:
    """The benchmark of the one documented coordination, beside the population of the group."""
    people = group.figures.set_index("id")["value"]["population"]
    told = (
        f"Repère : {_PLACE}, Drôme, 2024 : {number(done.people)} personnes suivies sur "
        f"{number(done.inhabitants)} habitants ({percent(done.reach)}), plus de "
        f"{counted(done.solicitations_least, 'sollicitation')} et "
        f"{counted(done.visits, 'visite')} : trois compteurs, qui ne s'additionnent pas.",
        "Un seul territoire rural : ce n'est ni une norme, ni un taux pour un QPV. "
        f"Source : {VALHERBASSE_SOURCE}.",
    )
    if not np.isfinite(people):
        return told
    return (
        *told,
        f"À la même proportion, ce groupement ({counted(people, 'habitant')}) aurait "
        f"{counted(round(people * done.reach), 'personne')} à suivre par an (modélisé).",
    )


def counters_in_words(
    inhabitants: float, counters: Mapping[str, int | None], done: Workload = VALHERBASSE_2024
) -> tuple[str, ...]:
    """What a group did in a year beside the benchmark, one sentence a counter, never a sum.

    ``counters``: solicitations, visits, people (None: not counted).

    Raises
    ------
    BadInput
        More people than inhabitants.
    """
    people = counters.get("people")
    told = []
    for name, word, published in (
        ("solicitations", "sollicitation", f"plus de {number(done.solicitations_least)}"),
        ("visits", "visite", number(done.visits)),
    ):
        count = counters.get(name)
        own = "non compté" if count is None else counted(count, word)
        told.append(f"{word.capitalize()}s : {own} ; {_PLACE}, 2024 : {published}.")
    told.append(_people_in_words(inhabitants, people, done))
    return tuple(told)


def _people_in_words(inhabitants: float, people: int | None, done: Workload) -> str:
    published = (
        f"{_PLACE}, 2024 : {number(done.people)} sur {number(done.inhabitants)}, "
        f"{percent(done.reach)}"
    )
    if people is None or not np.isfinite(inhabitants) or inhabitants <= 0:
        own = "non compté" if people is None else f"{number(people)}, sur une population non connue"
        return f"Personnes suivies : {own} ; {published}."
    if people > inhabitants:
        raise BadInput(
            f"{number(people)} personnes suivies, pour {counted(inhabitants, 'habitant')} : c'est "
            "plus que d'habitants. À faire : comptez chaque personne une fois (les passages sont "
            "des sollicitations)."
        )
    share = people / inhabitants
    low, high = wilson(people, inhabitants)
    if low <= done.reach <= high:
        beside = "du même ordre"
    else:
        beside = "au-dessous" if share < done.reach else "au-dessus"
    return (
        f"Personnes suivies : {number(people)} sur {number(inhabitants)}, {percent(share)} ; "
        f"{published} : {beside}. Ce n'est pas une norme."
    )
