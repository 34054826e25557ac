"""What is published of a regional programme, and what follows from it by division: no norm."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from geo.words import counted, euros, percent

AURA_REGION = "84"
AURA_SOURCE = "ARS Auvergne-Rhône-Alpes, 2024 (auvergne-rhone-alpes.ars.sante.fr)"


@dataclass(frozen=True)
class Programme:
    """A programme as its funder tells it, rounded: posts, euros and people a year, two shares.

    The three ratios are computed from these rounded figures; they take one post for one FTE, and
    the cost may not be the full cost.
    """

    posts: int
    cost_eur: float
    people: int
    qpv_share: float
    inhabitants_share: float

    @property
    def people_per_post(self) -> float:
        return self.people / self.posts

    @property
    def cost_per_post_eur(self) -> float:
        return self.cost_eur / self.posts

    @property
    def cost_per_person_eur(self) -> float:
        return self.cost_eur / self.people


AURA_2024 = Programme(85, 4_500_000.0, 10_000, 0.70, 0.75)


def published_posts(regions: Collection[str]) -> tuple[str, str]:
    """How many posts are published where a need is told « if nobody works there »; "" elsewhere.

    A few words, then the sentence with its source. ``regions``: those of the quarters, all of them
    in the region of the programme.
    """
    if set(regions) != {AURA_REGION}:
        return "", ""
    posts = counted(AURA_2024.posts, "poste")
    return (
        f"or {posts} sont publiés pour toute la région (ARS, 2024)",
        f"{posts} publiés pour toute l'Auvergne-Rhône-Alpes, leurs lieux ne l'étant pas : ils ne "
        f"sont pas retranchés ici. Source : {AURA_SOURCE}.",
    )


def programme_in_words(programme: Programme = AURA_2024, source: str = AURA_SOURCE) -> str:
    """The published figures, then the computed ones, each said to be what it is, and the source."""
    return (
        f"Repère publié : {counted(programme.posts, 'poste')}, environ "
        f"{euros(programme.cost_eur)} et {counted(programme.people, 'personne')} par an ; "
        f"environ {percent(programme.qpv_share, 0)} des QPV, où vivent "
        f"{percent(programme.inhabitants_share, 0)} de leurs habitants, ont un médiateur. "
        f"Calculé à partir de ces arrondis : {counted(programme.people_per_post, 'personne')} et "
        f"{euros(programme.cost_per_post_eur)} par poste, "
        f"{euros(programme.cost_per_person_eur)} par personne (un poste compté pour un ETP, coût "
        f"complet non établi ; ce ne sont pas des normes). Source : {source}."
    )
