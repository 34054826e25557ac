"""What the planner decides: how many posts, what one does, where they may go, what to aim at."""

# ruff: noqa: RUF009 -- `_rule` only wraps `dataclasses.field`, whose defaults are immutable here.
from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from geo.errors import BadInput
from geo.words import number

INFINITE = float("inf")
COST_EUR = 52_900.0
PER_FTE = 118.0
Named = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Objective:
    """One thing that can be aimed at; ``statement_fr`` says exactly what is maximised."""

    name: str
    label_fr: str
    statement_fr: str
    unit_fr: str


OBJECTIVES: dict[str, Objective] = {
    one.name: one
    for one in (
        Objective(
            "people",
            "personnes accompagnées",
            "Le plus de personnes accompagnées, où qu'elles soient.",
            "personnes/an",
        ),
        Objective(
            "weighted",
            "personnes pondérées",
            "La plus grande somme du poids du quartier multiplié par les personnes accompagnées.",
            "personnes/an × poids",
        ),
        Objective(
            "double_peine",
            "personnes en « double peine »",
            "D'abord le plus de personnes accompagnées dans les quartiers en double peine, puis, "
            "sans en perdre une, le plus de personnes partout.",
            "personnes/an",
        ),
        Objective(
            "worst_off",
            "les plus mal lotis d'abord",
            "D'abord le plus de personnes accompagnées dans les quartiers de rang 1, puis, sans en "
            "perdre une, de rang 2, et ainsi de suite.",
            "personnes/an",
        ),
        Objective(
            "min_share",
            "la plus petite part servie",
            "D'abord la plus grande possible des plus petites parts servies (personnes "
            "accompagnées / personnes à accompagner, sur les quartiers qu'un site permis peut "
            "servir), puis, cette part tenue partout, le plus de personnes.",
            "part",
        ),
    )
}


def _rule(default: Any, unit: str, label_fr: str, source: str, mark: str) -> Any:
    facts = {"unit": unit, "label_fr": label_fr, "source": source, "mark": mark}
    return field(default=default, metadata=facts)


@dataclass(frozen=True)
class Rules:
    """The settings of one allocation; give ``posts``, ``budget_eur`` or both (the tighter holds).

    Raises
    ------
    BadInput
        Naming every setting out of its range.
    """

    posts: float | None = _rule(
        None, "postes (ETP)", "Nouveaux postes", "Choix du planificateur", "assumption"
    )
    budget_eur: float | None = _rule(None, "€/an", "Budget", "Choix du planificateur", "assumption")
    cost_eur: float = _rule(
        COST_EUR,
        "€/an/poste",
        "Coût d'un poste",
        "ARS Auvergne-Rhône-Alpes 2024 : environ 4,5 M€ pour 85 postes ; coût complet non établi",
        "computed",
    )
    capacity: float = _rule(
        PER_FTE,
        "personnes/an/poste",
        "Personnes accompagnées par un poste (de 100 à 150 ; infini : sans limite)",
        "ARS Auvergne-Rhône-Alpes 2024 : environ 10 000 personnes pour 85 postes",
        "computed",
    )
    step: float = _rule(1.0, "poste", "Plus petite part de poste", "Choix du projet", "assumption")
    max_per_site: float | None = _rule(
        None,
        "postes",
        "Nouveaux postes au plus sur un site",
        "Choix du planificateur",
        "assumption",
    )
    floors: Named = _rule(
        (), "postes", "Plancher par département", "Choix du planificateur", "assumption"
    )
    ceilings: Named = _rule(
        (), "postes", "Plafond par département", "Choix du planificateur", "assumption"
    )
    count_fixed: bool = _rule(
        False,
        "",
        "Les postes existants comptent dans planchers et plafonds",
        "Choix du projet",
        "assumption",
    )
    forced: Named = _rule((), "postes", "Sites imposés", "Choix du planificateur", "assumption")
    forbidden: tuple[str, ...] = _rule(
        (), "", "Sites exclus", "Choix du planificateur", "assumption"
    )
    objective: str = _rule(
        "people",
        f"un choix parmi {', '.join(OBJECTIVES)}",
        "Objectif",
        "Choix du projet",
        "assumption",
    )
    gap: float = _rule(
        0.0,
        "part",
        "Écart prouvé auquel s'arrêter (0 : prouver l'optimum)",
        "Choix du projet",
        "assumption",
    )
    time_limit_s: float = _rule(60.0, "s", "Temps de calcul", "Choix du projet", "assumption")
    exact_pairs: int = _rule(
        400_000,
        "couples quartier-site",
        "Taille au-delà de laquelle la méthode exacte laisse place au repli glouton",
        "Mesuré : 6 400 sites sans capacité en 23 s, rien en 60 s à partir de 9 000",
        "computed",
    )

    def __post_init__(self) -> None:
        wrong = _wrong(self)
        if wrong:
            raise BadInput(
                "Règles d'affectation refusées :\n" + "\n".join(f"- {one}" for one in wrong)
            )

    @property
    def covering(self) -> bool:
        """No capacity: a site open serves all that it reaches (MCLP)."""
        return math.isinf(self.capacity)

    def steps(self, posts: float) -> int:
        """Whole steps in so many posts, rounded down."""
        return math.floor(posts / self.step + 1e-9)

    def steps_up(self, posts: float) -> int:
        """Whole steps that make at least so many posts."""
        return max(math.ceil(posts / self.step - 1e-9), 0)

    @property
    def budget_steps(self) -> int:
        """Steps that posts and budget pay at the common cost."""
        held = []
        if self.posts is not None:
            held.append(self.steps(self.posts))
        if self.budget_eur is not None:
            held.append(self.steps(self.budget_eur / self.cost_eur))
        return min(held)


def _wrong(rules: Rules) -> list[str]:
    wrong = []
    if rules.posts is None and rules.budget_eur is None:
        wrong.append("donnez un nombre de postes ou un budget")
    for value, name in (
        (rules.posts, "nombre de postes"),
        (rules.budget_eur, "budget"),
        (rules.max_per_site, "maximum par site"),
    ):
        if value is not None and not (math.isfinite(value) and value >= 0):
            wrong.append(f"{name} : {value} reçu, un nombre positif ou nul attendu")
    if not (math.isfinite(rules.cost_eur) and rules.cost_eur > 0):
        wrong.append(f"coût d'un poste : {rules.cost_eur} reçu, un montant positif attendu")
    if not rules.capacity > 0:
        wrong.append(f"capacité d'un poste : {rules.capacity} reçu, un nombre positif attendu")
    if not (0 < rules.step <= 1 and abs(1 / rules.step - round(1 / rules.step)) < 1e-9):
        wrong.append(
            f"pas : {rules.step} reçu, une part qui divise un poste attendue (1, 0,5, 0,2, 0,1)"
        )
    else:
        wrong += _not_in_steps(rules)
    if rules.objective not in OBJECTIVES:
        wrong.append(f"objectif : « {rules.objective} » reçu, attendu {', '.join(OBJECTIVES)}")
    if not 0 <= rules.gap < 1:
        wrong.append(f"écart : {rules.gap} reçu, une part entre 0 et 1 attendue")
    if not rules.time_limit_s > 0:
        wrong.append(f"temps de calcul : {rules.time_limit_s} reçu, des secondes attendues")
    for named, what in (
        (rules.floors, "plancher"),
        (rules.ceilings, "plafond"),
        (rules.forced, "site imposé"),
    ):
        names = [name for name, _ in named]
        wrong += [
            f"{what} « {name} » donné deux fois"
            for name in sorted({*names})
            if names.count(name) > 1
        ]
        wrong += [
            f"{what} « {name} » : {value} reçu, un nombre positif ou nul attendu"
            for name, value in named
            if not (math.isfinite(value) and value >= 0)
        ]
    return wrong


def _not_in_steps(rules: Rules) -> list[str]:
    wrong = []
    if rules.covering and rules.step != 1:
        wrong.append(
            f"pas de {number(rules.step, 2)} sans capacité : une part de poste y servirait autant "
            "qu'un poste entier ; donnez la capacité d'un poste"
        )
    if rules.posts is not None and math.isfinite(rules.posts):
        steps = rules.posts / rules.step
        if abs(steps - round(steps)) > 1e-6:
            wrong.append(
                f"{number(rules.posts, 2)} postes : ce n'est pas un multiple du pas de "
                f"{number(rules.step, 2)} poste"
            )
    return wrong
