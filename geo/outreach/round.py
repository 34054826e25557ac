"""The one call of a door-to-door round: a territory and a request in, everything to show out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from geo.errors import BadInput
from geo.exclusion import ExclusionRules
from geo.outreach.assumptions import MAX_PASSES, Assumptions, ContactRate
from geo.outreach.digital import double_exclusion, help_nearby, help_sentence
from geo.outreach.plan import Asked, Plan, dwellings_for, plan_round
from geo.outreach.route import Route, route
from geo.outreach.schedule import days_of_mediators, ordered_round, shortfall, visits_by_stop
from geo.outreach.stops import Stops, blocks, stops_of_list
from geo.outreach.streets import Streets, streets_of
from geo.roads.graph import RoadGraph
from geo.words import counted, date_fr, number, percent

if TYPE_CHECKING:
    from geo.analysis import Analysis
    from geo.schema import Layers

MET_WORDS = "personnes rencontrées pour 100 logements visités"


@dataclass(frozen=True, eq=False)
class Round:
    """A round ready to be shown, printed or written: see the modules that make each part.

    ``quarter`` is the row of the QPV in the analysis; ``tour`` the ordered stops
    (``ROUND_COLUMNS``), ``visits`` those of each pass, ``days`` the calendar line by line,
    ``help`` and ``exclusion`` what is said of digital help and of double exclusion there;
    ``to_do`` what would let a crow-fly round follow the streets, or ``""``.
    """

    quarter: pd.Series[Any]
    fictional: bool
    assumptions: Assumptions
    plan: Plan
    stops: Stops
    route: Route
    tour: pd.DataFrame
    visits: pd.DataFrame
    days: pd.DataFrame
    help: pd.DataFrame
    help_words: str
    exclusion: pd.Series[Any]
    to_do: str = ""

    @property
    def code_qp(self) -> str:
        return str(self.quarter["code_qp"])

    @property
    def name(self) -> str:
        """« Bourgogne, Roanne (QN04217M) »."""
        return f"{self.quarter['label']}, {self.quarter['commune_label']} ({self.code_qp})"

    @property
    def shortfall(self) -> int:
        """Dwellings asked for that the QPV does not have."""
        return shortfall(self.plan, self.stops)


def make_round(
    analysis: Analysis,
    layers: Layers,
    code_qp: str,
    asked: Asked,
    assumptions: Assumptions | None = None,
    *,
    rules: ExclusionRules | None = None,
    listed: pd.DataFrame | None = None,
    graph: RoadGraph | None = None,
) -> Round:
    """Plan a round in one QPV of the territory.

    Parameters
    ----------
    listed : the team's own streets or blocks (``geo.outreach.stops.stops_of_list``).
    graph : a walking network around the QPV, in the projected system of its département; that
        which the territory keeps (``layers.streets``) when not given.

    Raises
    ------
    BadInput
        When the QPV is not in the territory, or as the parts do.
    """
    assumptions = assumptions or Assumptions()
    own = analysis.qpv[analysis.qpv["code_qp"] == code_qp]
    if own.empty:
        some = ", ".join(sorted(analysis.qpv["code_qp"])[:3])
        raise BadInput(
            f"Quartier « {code_qp} » introuvable dans ce territoire. Attendu : un code de QPV "
            f"2024, par exemple {some}."
        )
    plan = plan_round(asked, assumptions)
    stops = (
        blocks(layers, code_qp, assumptions)
        if listed is None
        else stops_of_list(layers, code_qp, listed)
    )
    streets = streets_of(layers, code_qp) if graph is None else Streets(graph)
    walked = route(stops, analysis.parameters, streets.graph, streets.without)
    tour = ordered_round(plan, stops, walked)
    judged = double_exclusion(analysis, layers, rules)
    near = help_nearby(analysis, layers, code_qp)
    return Round(
        quarter=own.iloc[0],
        fictional=analysis.fictional,
        assumptions=assumptions,
        plan=plan,
        stops=stops,
        route=walked,
        tour=tour,
        visits=visits_by_stop(plan, tour),
        days=days_of_mediators(plan, tour, assumptions),
        help=near,
        help_words=help_sentence(analysis, layers, code_qp, near),
        exclusion=judged[judged["code_qp"] == code_qp].iloc[0],
        to_do=streets.to_do if walked.along == "crow" else "",
    )


def key_words(made: Round) -> list[tuple[str, str]]:
    """The four figures to read first: (figure, what it is)."""
    plan = made.plan
    people = plan.chosen.people
    days = counted(plan.calendar.days, "jour")
    end = f", fin le {date_fr(plan.calendar.end)}" if plan.calendar.end else ""
    return [
        (
            number(plan.dwellings),
            f"logements à visiter, en {counted(plan.asked.passes, 'passage')}"
            + (
                f", plus que le quartier n'en a ({number(made.stops.total)})"
                if made.shortfall
                else ""
            ),
        ),
        (
            number(people.value),
            f"personnes attendues, de {number(people.low)} à {number(people.high)} (modélisé)",
        ),
        (days, f"par médiateur, {counted(plan.calendar.weeks, 'semaine')}{end}"),
        (_met_per_hundred(plan.rate), f"{MET_WORDS} ({plan.rate.origin})"),
    ]


def _met_per_hundred(rate: ContactRate) -> str:
    """What was counted: people over dwellings, not doors that opened."""
    return number(100 * rate.met / rate.visited, 1)


def round_sentences(made: Round) -> list[str]:
    """What the plan says, in French, what is modelled named so; the essential first."""
    plan, asked = made.plan, made.plan.asked
    chosen, rate = plan.chosen, plan.rate
    told = [
        *([shortfall_sentence(made)] if made.shortfall else []),
        f"{_aim(plan)} : {counted(plan.dwellings, 'logement')} à visiter"
        + (
            f" ({number(plan.dwellings_range[0])} à {number(plan.dwellings_range[1])} selon "
            "l'intervalle)"
            if plan.dwellings_range
            else ""
        )
        + f" en {counted(asked.passes, 'passage')}.",
        f"Rencontres attendues (modélisé) : {number(chosen.people.value)} personnes, de "
        f"{number(chosen.people.low)} à {number(chosen.people.high)}. Taux : "
        f"{_met_per_hundred(rate)} {MET_WORDS} ({number(rate.met)} personnes pour "
        f"{number(rate.visited)} logements, {rate.origin}) ; à "
        f"{number(made.assumptions.people_per_door, 1)} personne par porte (hypothèse), "
        f"{percent(rate.value)} des portes s'ouvriraient, intervalle à 95 % "
        f"{percent(rate.low)} à {percent(rate.high)}.",
        _calendar(made),
    ]
    if plan.fits is False:
        told.append(
            f"Les {counted(asked.days or 0, 'jour')} donnés ne suffisent pas : ils contiennent "
            f"{counted(plan.within_days or 0, 'logement')} avec "
            f"{counted(asked.mediators, 'médiateur')}."
        )
    told += [
        "Passages supposés indépendants : un logement rencontré n'est pas revisité, chaque autre "
        "ouvre avec la même chance.",
        made.stops.how,
        *made.stops.notes,
        made.route.how,
        *([made.to_do] if made.to_do else []),
    ]
    return told


def _aim(plan: Plan) -> str:
    if plan.asked.people is not None:
        return f"Pour rencontrer {counted(plan.asked.people, 'personne')}"
    if plan.asked.dwellings is not None:
        return "Tournée demandée"
    return f"En {counted(plan.asked.days or 0, 'jour')} par médiateur"


def _calendar(made: Round) -> str:
    plan, asked = made.plan, made.plan.asked
    visits = number(plan.chosen.total_visits.value)
    told = (
        f"Charge : {visits} visites à {number(plan.pace, 1)} logements par jour, soit "
        f"{number(plan.chosen.days, 1)} journées ; pour {counted(asked.mediators, 'médiateur')}, "
        f"{counted(plan.calendar.days, 'jour')}{' chacun' if asked.mediators > 1 else ''}, "
        f"{counted(plan.calendar.weeks, 'semaine')}"
    )
    if plan.calendar.start and plan.calendar.end:
        told += f", du {date_fr(plan.calendar.start)} au {date_fr(plan.calendar.end)} inclus"
    return told + " (week-ends et jours fériés exclus, congés non comptés)."


def shortfall_sentence(made: Round) -> str:
    """What the QPV does not have, and what to ask for instead."""
    plan, asked, have = made.plan, made.plan.asked, int(made.stops.total)
    kind = "estimés" if made.stops.status == "modelled" else "de votre liste"
    told = (
        f"Plus que le quartier n'en a : {counted(plan.dwellings, 'logement')} à visiter pour "
        f"{number(have)} ({kind}), il en manque {number(made.shortfall)}. À faire :"
    )
    if asked.people is None:
        return f"{told} demandez au plus {counted(have, 'logement')}, ou moins de jours."
    fewer = plan_round(Asked(dwellings=have, passes=asked.passes), made.assumptions).chosen.people
    less = (
        f"moins de personnes : tout le quartier en {counted(asked.passes, 'passage')} en donne "
        f"environ {number(fewer.value)} (modélisé)"
    )
    for passes in range(asked.passes + 1, MAX_PASSES + 1):
        needed = dwellings_for(
            asked.people, plan.rate.value, passes, made.assumptions.people_per_door
        )
        if needed <= have:
            return (
                f"{told} prévoyez {passes} passages ({counted(needed, 'logement')} suffiraient), "
                f"ou {less}."
            )
    if asked.passes == MAX_PASSES:
        return f"{told} demandez {less}."
    best = plan_round(Asked(dwellings=have, passes=MAX_PASSES), made.assumptions).chosen
    return (
        f"{told} demandez {less}, et {MAX_PASSES} passages environ "
        f"{counted(best.people.value, 'personne')} (modélisé)."
    )
