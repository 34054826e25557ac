"""The one-page sheet of a quarter as plain values, and the PDF made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo.figures import territory_title
from geo.portrait.around import silence_on_care
from geo.portrait.chart import legend_marks, strip_chart
from geo.portrait.compared import Beside
from geo.portrait.missing import assumed_in_short
from geo.portrait.portrait import Portrait
from geo.portrait.template import TEMPLATE
from geo.portrait.week import DAYS, HALVES, Week
from geo.report.sources import FICTIONAL, attribution_line
from geo.typeset import compose
from geo.words import counted

if TYPE_CHECKING:
    from geo.analysis import Analysis

_FIGURES = (
    "access", "population", "poverty_share", "c2s_share", "age60_share", "one_person_share",
    "single_parent_share", "job_seekers_per_inhabitant", "digital_fragility",
)  # fmt: skip
_SHORT_PLACES = {
    "médiane des quartiers du département": "dép.",
    "médiane des quartiers de la région": "rég.",
}
_LACKS = ("need_people", "served_people", "residual_people", "residual_fte")
_CARE, _HELP, _SIMILAR, _WORKERS = 5, 3, 3, 7
_MOVING = 2
_LONGEST = 130
_READING = (
    "« Modélisé » : estimé par un calcul, jamais compté sur place ; « périmètre 2015 » : compté "
    "sur l'ancien contour du quartier, donc indicatif ; « – » ou « non connu » : aucune donnée, "
    "jamais zéro. Médianes des seuls quartiers dont le chiffre est connu. Définition, source et "
    "millésime de chaque chiffre : page « Quartier » de l'application."
)


def quarter_pdf(analysis: Analysis, told: Portrait, version: str = "") -> bytes:
    """The sheet of a quarter under PDF/UA-1: one A4 page, the same bytes for the same figures.

    ``version`` names the build of the territory, written in the header when given.

    Raises
    ------
    BadInput
        When the typesetter refuses the content.
    """
    facts = {fact.id: fact for fact in told.beside}
    charts = {
        f"{name}.svg": chart
        for name in _FIGURES
        if name in facts and (chart := strip_chart(facts[name]))
    }
    marks = {f"mark-{index}.svg": mark for index, (_, mark) in enumerate(legend_marks())}
    return compose(TEMPLATE, sheet(analysis, told, version), {**charts, **marks})


def sheet(analysis: Analysis, told: Portrait, version: str = "") -> dict[str, Any]:
    """Every text of the sheet; no NaN, no object."""
    facts = {fact.id: fact for fact in told.beside}
    return {
        "title": told.name,
        "subtitle": f"Quartier prioritaire, {territory_title(analysis)} ; situation : "
        f"{told.situation} (modélisé)",
        "running": f"Fiche du quartier {told.code_qp}"
        + (f" ; version des données : {version}" if version else ""),
        "fictional": told.fictional,
        "fiction": FICTIONAL,
        "paragraph": told.explanation.text,
        "figure_headings": ["Chiffre", "Ce quartier", "Parmi les quartiers",
                            *(f"Médiane {_SHORT_PLACES[words]}" for words in _medians(told))],
        "figures": [
            _figure(facts[name], _medians(told)) for name in _FIGURES if name in facts
        ],
        "marks": [words for words, _ in legend_marks()],
        "lack_sentence": told.lack_sentence,
        "lack_headings": ["Chiffre", "Valeur", "Fourchette"],
        "lacks": [
            [one.heading, f"{one.written} ({one.status})", one.interval or "–"]
            for one in told.lacks
            if one.id in _LACKS
        ],
        "assumed": assumed_in_short(analysis.parameters),
        "care_headings": ["Le plus proche (estimé)", "À pied", "En voiture"],
        "care": [[one.profession, one.walk, one.car] for one in told.care[:_CARE]],
        "care_note": silence_on_care(told.care[:_CARE]),
        "workers": _workers(told.week),
        "help": _help(told),
        "similar": [
            f"{one.label}, {one.commune_label} ({one.code_qp}) : à {one.distance_words}, "
            f"{one.known} critères connus sur {one.asked}"
            for one in told.similar[:_SIMILAR]
        ]
        or ["Trop peu de critères connus pour comparer."],
        "regimes": [said for said, _ in told.regimes],
        "reading": _READING,
        "attribution": f"{attribution_line(analysis)}.",
    }  # fmt: skip


def _help(told: Portrait) -> list[str]:
    """The nearest fixed help points, then those that move; hours are never cut."""
    placed = [
        f"{one.name} : {one.distance}, à pied {one.walk} (estimé) ; {one.brief}"
        for one in told.help[:_HELP]
    ] or ["Aucun lieu d'aide fixe à l'adresse connue."]
    moving = [f"{one.name} : {one.distance} ; {one.brief}" for one in told.itinerant[:_MOVING]]
    more = len(told.itinerant) - len(moving)
    return placed + moving + ([f"et {counted(more, 'autre itinérant')}"] if more else [])


def _medians(told: Portrait) -> list[str]:
    """The medians that some figure has: in a region of one département there is only one."""
    found = {one.words for fact in told.beside for one in fact.medians}
    return [words for words in _SHORT_PLACES if words in found]


def _figure(fact: Beside, medians: list[str]) -> dict[str, Any]:
    written = {one.words: f"{one.written} ({one.count})" for one in fact.medians}
    about = ", ".join(part for part in (fact.status, fact.about) if part)
    return {
        "heading": fact.heading,
        "own": fact.own,
        "about": _short(about, 70),
        "chart": f"{fact.id}.svg" if strip_chart(fact) else "",
        "words": fact.summary,
        "medians": [written.get(words, "–") for words in medians],
    }


def _workers(found: Week) -> list[str]:
    """One line a permanence or service; those that do not fit are counted."""
    if found.silence:
        return [found.silence, *found.cited]
    days: dict[str, list[str]] = {}
    for day in DAYS:
        for half in found.halves:
            for words in found.slots.get((day, half), ()):
                unknown = " (heures non connues)" if half == HALVES[2] else ""
                held = days.setdefault(f"{words}{unknown}", [])
                if day not in held:
                    held.append(day)
    lines = [f"{', '.join(held)}, {words}" for words, held in days.items()]
    lines += [f"{one.structure} : {one.lines[0]}" for one in (*found.others, *found.ended)]
    kept = [_short(line) for line in lines[:_WORKERS]]
    more = len(lines) - len(kept)
    kept += [f"et {counted(more, 'autre service', 'autres services')}"] if more else []
    return [*kept, *found.cited]


def _short(text: str, most: int = _LONGEST) -> str:
    """At most so many characters, cut between two words."""
    return text if len(text) <= most else f"{text[:most].rsplit(' ', 1)[0]}…"
