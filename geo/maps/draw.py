"""The map of a territory, drawn by folium with Leaflet files of our own: nothing is asked outside.

What is drawn is prepared by ``geo.maps.data``; how, by ``geo.maps.script``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import folium
import pandas as pd
from branca.element import MacroElement
from folium.template import Template
from jinja2.utils import htmlsafe_json_dumps

from geo.figures import map_summary, situation_counts, territory_title
from geo.kept import cell_counts
from geo.legend_html import legend_html
from geo.maps.data import LAYER_WORDS, LAYERS_SHOWN, map_data
from geo.maps.script import DRAW
from geo.report import attributions
from geo.words import number

if TYPE_CHECKING:
    from geo.analysis import Analysis
    from geo.schema import Layers

__all__ = [
    "LAYERS_SHOWN",
    "LAYER_WORDS",
    "LeafletAssets",
    "LocalMap",
    "draw",
    "map_data",
    "self_contained_html",
    "territory_map",
    "tiles",
]

IGN_TILES = (
    "https://data.geopf.fr/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0"
    "&LAYER=GEOGRAPHICALGRIDSYSTEMS.PLANIGNV2&STYLE=normal&TILEMATRIXSET=PM"
    "&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&FORMAT=image/png"
)


@dataclass(frozen=True)
class LeafletAssets:
    """Where Leaflet's files are: ``(name, address)`` pairs, ``data:`` addresses included."""

    js: tuple[tuple[str, str], ...]
    css: tuple[tuple[str, str], ...]


class LocalMap(folium.Map):
    """A folium map that asks for nothing but the Leaflet files it is given."""

    # Folium's own header forbids zooming with two fingers, which the reader may need.
    _template = Template(
        """
        {% macro header(this, kwargs) %}
            <meta name="viewport" content="width=device-width, initial-scale=1.0" />
            <style>
                #{{ this.get_name() }} {
                    position: relative; width: 100%; height: 100%; left: 0; top: 0;
                }
                html, body { width: 100%; height: 100%; margin: 0; padding: 0; }
            </style>
        {% endmacro %}
        {% macro html(this, kwargs) %}
            <div class="folium-map" id={{ this.get_name()|tojson }} ></div>
        {% endmacro %}
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = L.map({{ this.get_name()|tojson }}, {
                center: {{ this.location|tojson }},
                ...{{ this.options|tojavascript }}
            });
        {% endmacro %}
        """
    )

    analysis: Analysis | None = None

    def __init__(self, assets: LeafletAssets, **options: Any):
        super().__init__(tiles=None, **options)
        self.default_js = list(assets.js)
        self.default_css = list(assets.css)


class _Drawing(MacroElement):
    """The script of ``geo.maps.script`` and its data, once Leaflet's map exists."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "({{ this.code }})({{ this._parent.get_name() }}, {{ this.data }});"
        "{% endmacro %}"
    )

    def __init__(self, data: dict[str, Any]):
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Drawing"
        self.code = DRAW.strip()
        # Escapes < > & ', so that a name can close neither the string nor the script.
        self.data = htmlsafe_json_dumps(data, allow_nan=False, separators=(",", ":"))


def territory_map(
    analysis: Analysis,
    layers: Layers,
    assets: LeafletAssets,
    *,
    layers_shown: Collection[str] = LAYERS_SHOWN,
    base_map: bool = False,
    selected: str | None = None,
    departement: str | None = None,
    situations: Collection[str] | None = None,
) -> LocalMap:
    """The folium map of one analysis.

    Parameters
    ----------
    layers_shown
        Among the keys of ``LAYER_WORDS``.
    base_map
        Adds IGN's tiles: the only request that leaves the machine, off unless asked for.
    selected
        Code of the quarter to open on.
    departement
        Practices, mediation and help points of this département only (None: all of them).
    situations
        Quarters in these situations only (None: all of them).
    """
    data = map_data(analysis, layers, layers_shown, departement, situations)
    drawn = draw(data, assets, base_map=base_map, selected=selected)
    drawn.analysis = analysis
    return drawn


def draw(
    data: Mapping[str, Any],
    assets: LeafletAssets,
    *,
    base_map: bool = False,
    selected: str | None = None,
) -> LocalMap:
    """The folium map of what ``map_data`` gave; ``data`` is read, never changed."""
    bounds = data["bounds"]
    drawn = LocalMap(assets, location=_centre(bounds), zoom_start=8, max_zoom=18, zoom_snap=0.5)
    drawn.add_child(_Drawing({**data, "base": tiles(base_map), "selected": selected or ""}))
    return drawn


def self_contained_html(drawn: LocalMap) -> str:
    """One HTML page that needs nothing else: map, legend, summary, and the table twin.

    The map must have been made with assets whose addresses are ``data:`` (``data_uri_assets``).
    """
    figure: Any = drawn.get_root()
    figure.render()
    analysis = drawn.analysis
    if analysis is None:
        raise ValueError("draw the map with territory_map: its analysis is written beside it")
    title = territory_title(analysis)
    kind = '<p class="fictif">Données fictives</p>' if analysis.fictional else ""
    counts, cells = situation_counts(analysis), cell_counts(analysis.qpv)
    told = legend_html(counts, parameters=analysis.parameters, cells=cells)
    return (
        f'<!DOCTYPE html>\n<html lang="fr">\n<head>\n<title>{escape(title)} : accès aux soins '
        f"dans les quartiers prioritaires</title>\n{figure.header.render()}\n"
        f"<style>{_PAGE_STYLE}</style>\n</head>\n<body>\n<header>{kind}<h1>{escape(title)}</h1>"
        f"<p>{escape(map_summary(analysis))}</p></header>\n"
        f'<main><div class="carte">{figure.html.render()}</div>\n'
        f"<aside>{told}</aside></main>\n"
        f"<section><h2>Les mêmes quartiers, en tableau</h2>{_table(analysis)}</section>\n"
        f"<footer>{_footer(analysis)}</footer>\n"
        f"<script>{figure.script.render()}</script>\n</body>\n</html>\n"
    )


_PAGE_STYLE = (
    "html,body{height:auto}body{margin:0;font:16px/1.45 sans-serif;color:#1b1b1f;background:#fff}"
    "header,section,footer{padding:8px 16px;max-width:1400px;margin:auto}h1{font-size:1.5rem;"
    "margin:4px 0}main{display:flex;flex-wrap:wrap;gap:12px;padding:0 16px;max-width:1400px;"
    "margin:auto}.carte{flex:1 1 600px;height:72vh;min-height:380px;border:1px solid #8a8f98;"
    "display:flex;flex-direction:column}"
    "aside{flex:0 1 330px}.fictif{display:inline-block;border:2px solid #8a1c1c;padding:2px 8px;"
    "margin:0;font-weight:600}.large{overflow-x:auto}table.twin{border-collapse:collapse;"
    "font-size:.9rem}table.twin th,table.twin td{border:1px solid #c9ced6;padding:4px 8px;"
    "text-align:left;vertical-align:top}footer{font-size:.85rem}"
    "aside button{background:none;border:0;padding:1px;cursor:pointer;display:block}"
    "aside button[aria-pressed=true]{outline:3px solid #1b1b1f}"
    "@media print{.carte{height:12cm}}"
)


def _centre(bounds: list[list[float]] | None) -> list[float]:
    if bounds is None:
        return [46.6, 2.5]
    (south, west), (north, east) = bounds
    return [(south + north) / 2, (west + east) / 2]


def tiles(base_map: bool) -> dict[str, Any] | None:
    """IGN's tiles as the script takes them, or None when the reader does not want them."""
    if not base_map:
        return None
    return {"url": IGN_TILES, "options": {"maxZoom": 19, "attribution": "© IGN – Géoplateforme"}}


def _table(analysis: Analysis) -> str:
    heads = ("Rang", "Quartier", "Commune", "Situation", "Score", "En une phrase")
    cells = "".join(f'<th scope="col">{head}</th>' for head in heads)
    rows = "".join(
        "<tr>"
        + "".join(
            f"<td>{escape(str(value))}</td>"
            for value in (
                number(None if pd.isna(row["rank"]) else int(row["rank"]), unknown="–"),
                f"{row['label']} ({row['code_qp']})",
                row["commune_label"],
                row["situation"],
                number(row["score"], 1, unknown="–"),
                row["sentence"],
            )
        )
        + "</tr>"
        for _, row in analysis.qpv.iterrows()
    )
    return (
        f'<div class="large"><table class="twin"><thead><tr>{cells}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _footer(analysis: Analysis) -> str:
    notes = "".join(f"<li>{escape(note)}</li>" for note in analysis.notes)
    sources = "".join(f"<li>{escape(line)}</li>" for line in attributions(analysis))
    return f"<h2>À savoir</h2><ul>{notes}</ul><h2>Sources</h2><ul>{sources}</ul>"
