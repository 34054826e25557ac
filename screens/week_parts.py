"""A week of services as HTML: days in rows, morning and afternoon in columns."""

from __future__ import annotations

from html import escape

from geo.portrait.week import DAYS, Week
from geo.quarter import Worker


def week_html(found: Week) -> str:
    """The grid, then each service in words; the silence when nobody is known."""
    cited = "".join(f"<p>{escape(line)}</p>" for line in found.cited)
    if found.silence:
        return f"<p>{escape(found.silence)}</p>{cited}"
    inside = _grid(found) if found.slots else "<p>Aucun service à jours connus.</p>"
    for heading, services in (
        ("Les services à jours connus, en détail", found.regular),
        ("Les autres services, sans jours connus", found.others),
        ("Conventions qui ne sont pas en cours", found.ended),
    ):
        if services:
            inside += f"<h4>{heading}</h4><ul>{''.join(map(_service, services))}</ul>"
    return inside + cited


def _grid(found: Week) -> str:
    rows = "".join(
        f'<tr><th scope="row">{day.capitalize()}</th>'
        + "".join(
            f"<td>{'<br>'.join(map(escape, found.slots.get((day, half), ()))) or _FREE}</td>"
            for half in found.halves
        )
        + "</tr>"
        for day in DAYS
    )
    heads = "".join(
        f'<th scope="col">{escape(head[0].upper() + head[1:])}</th>'
        for head in ("jour", *found.halves)
    )
    return (
        '<div class="deroule" role="region" tabindex="0" aria-label="La semaine">'
        '<table class="semaine"><caption>La semaine : les services à jours connus</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


_FREE = '<span aria-hidden="true">–</span><span class="lu">aucun service déclaré</span>'


def _service(worker: Worker) -> str:
    return (
        f"<li><strong>{escape(worker.structure)}</strong> : {escape(' ; '.join(worker.lines))}</li>"
    )
