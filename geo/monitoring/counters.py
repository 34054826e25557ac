"""What a post counts in a month, each counter once, as data; none is ever added to another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from geo.words import listed

_MOST_MONTHS_TOLD = 12


@dataclass(frozen=True)
class Counter:
    """One counter: its id, heading, singular noun, definition, and whether few is a secret.

    ``secret`` is False only for what says nothing of a few people: how many workshops were held.
    """

    id: str
    label_fr: str
    noun_fr: str
    plural_fr: str
    meaning_fr: str
    secret: bool = True


COUNTERS: Mapping[str, Counter] = {
    counter.id: counter
    for counter in (
        Counter(
            "met", "Personnes rencontrées", "personne rencontrée", "personnes rencontrées",
            "Personnes rencontrées pour la première fois de l'année civile ce mois-ci.",
        ),
        Counter(
            "accompanied", "Personnes accompagnées", "personne accompagnée",
            "personnes accompagnées",
            "Personnes dont l'accompagnement commence ce mois-ci, comptées une fois par année "
            "civile : les mois d'une année s'additionnent, ceux de deux années peuvent compter "
            "deux fois la même personne.",
        ),
        Counter(
            "solicitations", "Sollicitations", "sollicitation", "sollicitations",
            "Demandes reçues (appels, passages, messages) ; une personne peut en faire plusieurs.",
        ),
        Counter(
            "visits", "Visites à domicile", "visite à domicile", "visites à domicile",
            "Visites faites au domicile d'une personne accompagnée.",
        ),
        Counter(
            "dwellings_visited", "Logements visités (porte-à-porte)", "logement visité",
            "logements visités",
            "Portes frappées dans le mois, que quelqu'un ait répondu ou non.",
        ),
        Counter(
            "dwellings_met", "Logements avec rencontre", "logement avec rencontre",
            "logements avec rencontre",
            "Parmi les logements visités, ceux où quelqu'un a été rencontré.",
        ),
        Counter(
            "gp_found", "Médecins traitants trouvés", "médecin traitant trouvé",
            "médecins traitants trouvés",
            "Personnes qui n'avaient pas de médecin traitant et en ont un ce mois-ci.",
        ),
        Counter(
            "rights_opened", "Droits ouverts", "droit ouvert", "droits ouverts",
            "Droits ouverts ou rétablis dans le mois (C2S, affiliation, AME …).",
        ),
        Counter(
            "workshops", "Ateliers tenus", "atelier tenu", "ateliers tenus",
            "Ateliers ou actions collectives tenus dans le mois.", secret=False,
        ),
        Counter(
            "participants", "Participations aux ateliers", "participation", "participations",
            "Présences aux ateliers ; une personne peut venir plusieurs fois.",
        ),
    )
}  # fmt: skip

WORKSHOP_KINDS = (
    "accès aux droits",
    "prévention",
    "dépistage",
    "numérique",
    "nutrition et activité physique",
    "santé mentale",
    "autre",
)
LINE_COLUMNS = (
    "post",
    "structure",
    "month",
    "fte",
    "cost_eur",
    "qpv",
    "departement",
    *COUNTERS,
)
WORKSHOP_COLUMNS = ("post", "month", "kind", "workshops", "participants")
NEVER_ADDED_FR = (
    "Personnes, sollicitations, visites et logements sont des compteurs distincts : ils ne "
    "s'additionnent pas."
)


def months_between(first: str, last: str) -> list[str]:
    """``2025-11`` to ``2026-01``: the months, both ends in; empty when ``last`` comes before."""
    start, end = month_rank(first), month_rank(last)
    return [f"{rank // 12:04d}-{rank % 12 + 1:02d}" for rank in range(start, end + 1)]


def month_rank(month: str) -> int:
    """Months since year 0, so that months can be subtracted."""
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def quarter_of(month: str) -> str:
    """``2025-05`` → ``2025-T2``."""
    return f"{month[:4]}-T{(int(month[5:7]) + 2) // 3}"


def period_fr(period: str) -> str:
    """``2025-05`` → ``mai 2025`` ; ``2025-T2`` → ``2e trimestre 2025``."""
    year, _, part = period.partition("-")
    if part.startswith("T"):
        return f"{'1er' if part == 'T1' else part[1:] + 'e'} trimestre {year}"
    return f"{_MONTHS[int(part) - 1]} {year}"


def set_fr(codes: str) -> str:
    """``QN1;QN2`` → ``QN1 et QN2``: quarters that a post shares are one group, never divided."""
    return listed(codes.split(";")) if codes else "hors quartier prioritaire ou non précisé"


_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip


def months_in_words(months: Sequence[str]) -> str:
    """Months ``AAAA-MM`` one by one; more than a year of them as a span: how many stays beside."""
    if len(months) <= _MOST_MONTHS_TOLD:
        return ", ".join(map(period_fr, months))
    return f"de {period_fr(min(months))} à {period_fr(max(months))}"
