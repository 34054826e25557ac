"""The parts of the page of a quarter as HTML: what ``geo.portrait`` says, laid out and no more."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from html import escape

from geo.column_words import STATUS_WORDS, said_unit
from geo.explain import Fact
from geo.portrait import Portrait
from geo.portrait.chart import legend_marks, strip_chart
from geo.portrait.compared import MAIN, Beside
from geo.similar import SimilarQuarter
from geo.words import counted, number
from screens.week_parts import week_html

_PARTS = {
    "chiffres": "Les chiffres, à côté d'autres lieux",
    "qui": "Qui travaille ici, et quand",
    "manque": "Ce qui manque",
    "soins": "À pied et en voiture",
    "semblables": "Quartiers qui lui ressemblent",
    "besoin": "Ce qui fait le besoin",
    "seuils": "Distance aux seuils",
    "regimes": "Les régimes côte à côte",
}
_ABSENT = '<span aria-hidden="true">–</span><span class="lu">non connu</span>'


def words_first(told: Portrait) -> str:
    """The name of the quarter and its paragraph."""
    return _part(
        f"<h2>{escape(told.name)}</h2>"
        f'<p class="mots">{escape(told.explanation.text)}</p>'
        '<p class="note">« environ », « estimé », « indicatif », « compterait » : un calcul, '
        "jamais un comptage sur place.</p>"
    )


def contents() -> str:
    """The parts of the page, as links to each."""
    items = "".join(
        f'<li><a href="#quartier-{name}" target="_self">{escape(words)}</a></li>'
        for name, words in _PARTS.items()
    )
    return _part(f'<nav aria-label="Dans cette page"><ul class="marques">{items}</ul></nav>')


def _head(name: str) -> str:
    return f'<h3 id="quartier-{name}">{escape(_PARTS[name])}</h3>'


def origin(fact: Fact) -> str:
    """Where a figure of the paragraph comes from, in one line."""
    perimeter = f"périmètre {fact.perimeter}" if fact.perimeter else ""
    about = (STATUS_WORDS[fact.status], said_unit(fact.unit), fact.source, fact.vintage, perimeter)
    return f"{fact.written} : {', '.join(part for part in about if part)}."


def figures(told: Portrait) -> str:
    """Each figure beside the other quarters and beside the larger places."""
    main = [fact for fact in told.beside if fact.id in MAIN]
    rest = [fact for fact in told.beside if fact.id not in MAIN]
    marks = "".join(
        f"<li>{_picture(mark, '', 'marque')} {escape(words)}</li>" for words, mark in legend_marks()
    )
    more = (
        f"<details><summary>{counted(len(rest), 'autre chiffre', 'autres chiffres')}</summary>"
        f"{_figures(rest, f'{told.label} : autres chiffres')}</details>"
    )
    return _part(
        f"{_head('chiffres')}"
        f'<ul class="marques">{marks}</ul>{_figures(main, f"{told.label} : ses chiffres")}'
        '<p class="note">« – » : non connu, jamais zéro. Le dessin et les médianes portent sur les '
        f"seuls quartiers dont le chiffre est connu.</p>{more if rest else ''}"
        "<details><summary>Ce qui n'est pas connu ailleurs, et pourquoi</summary>"
        f"{_bullets(told.unknown)}</details>"
    )


def _figures(facts: Sequence[Beside], caption: str) -> str:
    heads = ("Chiffre", "Ce quartier", "Parmi les quartiers", "Médiane des quartiers", "Ailleurs")
    return _table(caption, heads, [_figure(fact) for fact in facts])


def _figure(fact: Beside) -> tuple[str, ...]:
    about = ", ".join(part for part in (fact.status, fact.about) if part)
    medians = "<br>".join(
        f"{escape(one.written)} <small>{escape(one.words.partition('quartiers ')[2])}, "
        f"{number(one.count)} connus</small>"
        for one in fact.medians
    )
    places = "<br>".join(
        _elsewhere(one.written, one.name, one.status, one.about)
        for one in fact.elsewhere
        if one.written
    )
    chart = strip_chart(fact)
    return (
        f"{escape(fact.heading)}<details><summary>Définition et source</summary>"
        f"<small>{escape(fact.definition)}</small></details>",
        f'<span class="chiffre">{escape(fact.own)}</span><br><small>{escape(about)}</small>',
        (_picture(chart, fact.summary, "trace") if chart else _ABSENT)
        + f"<small>{escape(fact.place)}</small>",
        medians or _ABSENT,
        places or _ABSENT,
    )


def _elsewhere(written: str, name: str, status: str, about: str) -> str:
    told = ", ".join(part for part in (name, STATUS_WORDS.get(status, status), about) if part)
    return f"{escape(written)} <small>{escape(told)}</small>"


def who_works(told: Portrait) -> str:
    """The week of services, then each service in words."""
    return _part(f"{_head('qui')}{week_html(told.week)}")


def what_lacks(told: Portrait) -> str:
    """People and posts that are missing, with their interval; what was assumed."""
    rows = [
        (
            f"{escape(one.heading)}<details><summary>Définition et source</summary>"
            f"<small>{escape(one.about)}</small></details>",
            f'<span class="chiffre">{escape(one.written)}</span>',
            escape(one.interval) or _ABSENT,
            escape(one.status),
        )
        for one in told.lacks
    ]
    sentence = f"<p>{escape(told.lack_sentence)}</p>" if told.lack_sentence else ""
    return _part(
        f"{_head('manque')}{sentence}"
        f"{_table('Personnes et postes', ('Chiffre', 'Valeur', 'Fourchette', 'Statut'), rows)}"
        f"<p><strong>Ce qui est supposé</strong></p>{_bullets(told.assumptions)}"
    )


def access(told: Portrait) -> str:
    """Care by car beside care on foot, then the nearest help points."""
    rows = [
        (
            f"{escape(one.profession)}<br><small>{escape(one.about)}</small>",
            *map(escape, (one.walk, one.car, one.within_walk, one.within_car, one.access)),
        )
        for one in told.care
    ]
    heads = ("Soins", "Le plus proche, à pied", "Le plus proche, en voiture", *told.reach,
             "Accès (calcul du projet)")  # fmt: skip
    return _part(
        f"{_head('soins')}"
        f"{_table('Soins autour du quartier, temps estimés', heads, rows)}"
        f"{_bullets(told.access_notes)}{_help(told)}"
    )


def _help(told: Portrait) -> str:
    note = f"<p>{escape(told.help_note)}</p>" if told.help_note else ""
    moving = _bullets(
        f"{one.name} ({one.kind}) : {one.distance} ; {one.opening}"
        + (f" ({one.about})" if one.about else "")
        for one in told.itinerant
    )
    note += f"<h4>Aide itinérante dans la commune</h4>{moving}" if moving else ""
    if not told.help:
        return f"<h4>Lieux d'aide</h4><p>Aucun lieu d'aide fixe à l'adresse connue.</p>{note}"
    rows = [
        (
            f"{escape(one.name)}<br><small>{escape(one.kind)}</small>",
            *map(escape, (one.distance, one.walk, one.opening, one.about)),
        )
        for one in told.help
    ]
    heads = ("Lieu d'aide", "Distance", "À pied", "Ouverture", "Statut de la distance")
    return (
        "<h4>Les lieux d'aide fixes les plus proches</h4>"
        f"{_table('Du bord du quartier, à vol d’oiseau ; le temps ajoute un détour', heads, rows)}"
        f"{note}"
    )


def similar(told: Portrait, links: Mapping[str, str]) -> str:
    """The quarters that resemble this one; ``links`` open the pages of those that have one."""
    items = "".join(
        f"<li>{_linked(one, links.get(one.code_qp))} : à {escape(one.distance_words)} ; "
        f"{escape(one.told)}</li>"
        for one in told.similar
    )
    none = "<p>Trop peu de critères sont connus pour comparer ce quartier à d'autres.</p>"
    return _part(
        f"{_head('semblables')}{f'<ol>{items}</ol>' if items else none}"
        f'<p class="note">{escape(told.how_compared)}</p>'
    )


def _linked(one: SimilarQuarter, link: str | None) -> str:
    name = escape(f"{one.label}, {one.commune_label} ({one.code_qp})")
    return f'<a href="{escape(link)}" target="_self">{name}</a>' if link else name


def rules(told: Portrait) -> str:
    """What makes its need, how far it is from each threshold, and what each regime says."""
    need = "".join(
        f"<li><strong>{escape(rate.heading)} : {escape(rate.value)}</strong>"
        f"{' · ' if rate.rank else ''}{escape(rate.rank)}<br>"
        f"<small>{escape(rate.about)}</small></li>"
        for rate in told.need
    )
    regimes = "".join(
        f"<li><strong>{escape(said)}</strong><br>{escape(why)}</li>" for said, why in told.regimes
    )
    margins = _bullets(told.margins) or "<p>Sa classe n'est pas connue.</p>"
    return _part(
        f"{_head('besoin')}<ul>{need}</ul>{_head('seuils')}"
        f"<p>Situation : <strong>{escape(told.situation)}</strong> (modélisé).</p>{margins}"
        f"{_head('regimes')}<ul>{regimes}</ul>"
    )


def _table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose rows become cards on a phone; roles keep it a table for a screen reader."""
    body = "".join(
        f'<tr role="row"><th role="rowheader" scope="row">{first}</th>'
        + "".join(
            f'<td role="cell" data-de="{escape(head)}"><div>{cell}</div></td>'
            for head, cell in zip(heads[1:], rest, strict=True)
        )
        + "</tr>"
        for first, *rest in rows
    )
    top = "".join(f'<th role="columnheader" scope="col">{escape(head)}</th>' for head in heads)
    return (
        f'<table class="cartes" role="table"><caption>{escape(caption)}</caption>'
        f'<thead role="rowgroup"><tr role="row">{top}</tr></thead>'
        f'<tbody role="rowgroup">{body}</tbody></table>'
    )


def _picture(svg: str, words: str, kind: str) -> str:
    # An SVG in the page itself would be taken out by the browser's cleaning of the HTML.
    data = base64.b64encode(svg.encode()).decode()
    return f'<img class="{kind}" alt="{escape(words)}" src="data:image/svg+xml;base64,{data}">'


def _bullets(lines: Iterable[str]) -> str:
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<ul>{items}</ul>" if items else ""


def _part(inside: str) -> str:
    return f'<div class="quartier">{inside}</div>'
