"""Carte: where deserts and unmet demand overlap, as a map, in words, and as a table."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st
from streamlit_folium import st_folium

from geo import columns
from geo.figures import (
    filter_in_words,
    key_figures,
    map_summary,
    quarter_facts,
    situation_counts,
)
from geo.legend import legend_html
from geo.maps.draw import LAYER_WORDS, LAYERS_SHOWN, draw, selection_group
from geo.names import DEPARTEMENTS
from geo.overlap import SITUATIONS
from geo.quarter import (
    Rate,
    access_dates,
    coarse_practices,
    near_classes,
    official_apl,
    other_care,
    rates,
    regime_lines,
    without_workers,
    workers,
)
from geo.report import attributions, in_french, screen_frame
from screens import shared
from screens.address import from_address, many_from_address, to_address
from screens.shared import Opened

MAP_HEIGHT = 560
# Beside the map, the quarter; below, the legend. On a phone the quarter comes right under the map,
# and the figures after it, so that the map is met first.
LAYOUT = (
    "<style>.st-key-vue{display:grid;grid-template-columns:2.2fr 1fr;gap:8px 16px;"
    'grid-template-areas:"carte fiche" "legende fiche";grid-template-rows:auto 1fr}'
    ".st-key-vue>div{min-width:0}"
    "div:has(>.st-key-vue_carte){grid-area:carte}div:has(>.st-key-vue_fiche){grid-area:fiche}"
    "div:has(>.st-key-vue_legende){grid-area:legende}"
    ".passer{position:absolute;left:-999px}.passer:focus{position:static;display:inline-block;"
    "padding:4px 8px;outline:3px solid #1f4e8c}"
    "@media(max-width:640px){.st-key-vue{grid-template-columns:minmax(0,1fr);"
    'grid-template-areas:"carte" "fiche" "legende"}div:has(>.st-key-chiffres),'
    "div:has(>.st-key-resume){order:1}div:has(>.st-key-suite){order:2}}</style>"
)
SKIP = '<a class="passer" href="#apres-la-carte">Passer la carte</a>'
AFTER_MAP = '<div id="apres-la-carte" tabindex="-1"></div>'
CARDS = (
    '<div role="list" style="display:grid;gap:6px;'
    'grid-template-columns:repeat(auto-fit,minmax(106px,1fr))">{cards}</div>'
)
CARD = (
    '<div role="listitem" style="{width}border:1px solid #c9ced6;border-radius:4px;padding:6px 9px;'
    'background:#fff;color:#1b1b1f;line-height:1.25"><div style="font-size:13px;font-weight:600">'
    '{label}</div><div><span style="font-size:{size};font-weight:600">{value}</span> '
    '<span style="font-size:13px">{unit}</span></div>'
    '<div style="font-size:12.5px;color:#4a4a55">{status}</div></div>'
)


def main() -> None:
    st.html(LAYOUT)
    top = st.container()
    choice, search = st.columns([1, 2], vertical_alignment="bottom")
    with choice:
        opened = shared.open_territory()
    with search:
        _choose_quarter(opened)
    with top:
        shared.header("Carte", opened)
    with st.container(key="chiffres"):
        _figures(opened)
    with st.container(horizontal=True, gap="small"):
        _explained(opened)
        with st.popover("Couches et filtres"):
            shown, departement, situations, base_map = _settings(opened)
    _filter_in_words(opened, situations)
    with st.container(key="resume"):
        st.write(map_summary(opened.analysis))
    with st.container(key="vue"):
        with st.container(key="vue_carte"):
            st.html(SKIP)
            _map(opened, shown, departement, situations, base_map)
        with st.container(key="vue_fiche"):
            st.html(AFTER_MAP)
            _quarter(opened)
        with st.container(key="vue_legende"):
            st.html(
                legend_html(
                    situation_counts(opened.analysis), parameters=opened.analysis.parameters
                )
            )
            with st.expander("Sources de la carte et des chiffres"):
                for line in attributions(opened.analysis):
                    st.text(line)
    with st.container(key="suite"):
        _table(opened, situations)
        _take_away(opened)


def _choose_quarter(opened: Opened) -> None:
    qpv = opened.analysis.qpv
    names = {
        row.code_qp: f"{row.label}, {row.commune_label} ({row.code_qp})" for row in qpv.itertuples()
    }
    from_address("qpv", list(names))
    code = st.selectbox(
        "Quartier", list(names), index=None, key="qpv", format_func=lambda value: names[value],
        placeholder="Chercher un nom, une commune, un code, ou cliquer sur la carte",
    )  # fmt: skip
    to_address(qpv=code)


def _choose_departement(opened: Opened) -> str | None:
    found = sorted(set(opened.analysis.qpv["departement"]))
    if len(found) < 2:
        return found[0] if found else None
    from_address("departement", found)
    selected = st.session_state.get("qpv")
    if selected and st.session_state.get("departement_de") != selected:
        # A quarter just chosen brings the places of its own département.
        st.session_state["departement_de"] = selected
        st.session_state["departement"] = dict(
            opened.analysis.qpv[["code_qp", "departement"]].itertuples(index=False)
        )[selected]
    chosen = st.selectbox(
        "Lieux de soins du département", found, key="departement",
        format_func=lambda code: f"{DEPARTEMENTS.get(code, '')} ({code})".strip(),
        help="Les cabinets, la médiation et les aides de ce département sont dessinés.",
    )  # fmt: skip
    to_address(departement=chosen)
    return chosen


def _figures(opened: Opened) -> None:
    figures = key_figures(opened.analysis)
    cards = "".join(
        CARD.format(
            label=escape(f.label), value=escape(f.value), unit=escape(f.unit),
            status=escape(f.status), size="23px" if f.value[:1].isdigit() else "17px",
            width="grid-column:span 2;" if len(f.status) > 70 else "",
        )
        for f in figures
    )  # fmt: skip
    st.html(CARDS.format(cards=cards))


def _explained(opened: Opened) -> None:
    with st.popover("Définitions des chiffres"):
        for f in key_figures(opened.analysis):
            unit = f" ({f.unit})" if f.unit else ""
            st.markdown(f"**{f.label}**{unit}. {f.definition}")
            st.caption(f"Statut : {f.status}. Source : {f.source}.")


def _settings(
    opened: Opened,
) -> tuple[tuple[str, ...], str | None, tuple[str, ...] | None, bool]:
    many_from_address("couches", list(LAYER_WORDS), LAYERS_SHOWN)
    many_from_address("situations", list(SITUATIONS), ())
    shown = st.pills(
        "Couches dessinées", list(LAYER_WORDS), selection_mode="multi", key="couches",
        format_func=lambda name: LAYER_WORDS[name], wrap=True,
    )  # fmt: skip
    departement = _choose_departement(opened)
    kept = st.pills(
        "Situations montrées (aucune choisie : toutes)", list(SITUATIONS),
        selection_mode="multi", key="situations", wrap=True,
    )  # fmt: skip
    base_map = st.toggle("Fond de carte IGN (demande internet)", key="fond")
    to_address(couches=list(shown), situations=list(kept) or None)
    ordered = tuple(name for name in LAYER_WORDS if name in shown)
    return ordered, departement, tuple(kept) or None, base_map


def _filter_in_words(opened: Opened, situations: tuple[str, ...] | None) -> None:
    words = filter_in_words(opened.analysis, situations)
    if words:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{words}**", width="content")
            st.button("Tout afficher", on_click=_show_all)


def _show_all() -> None:
    st.session_state["situations"] = []


def _map(
    opened: Opened,
    shown: tuple[str, ...],
    departement: str | None,
    situations: tuple[str, ...] | None,
    base_map: bool,
) -> None:
    data = shared.drawn_data(
        opened.slug, opened.build, opened.data_dir, shown, departement, situations
    )
    st_folium(
        draw(data, shared.leaflet_assets(), base_map=base_map),
        key="carte",
        height=MAP_HEIGHT,
        use_container_width=True,
        returned_objects=["last_active_drawing"],
        feature_group_to_add=selection_group(st.session_state.get("qpv")),
        on_change=_clicked,
    )


def _clicked() -> None:
    drawing = (st.session_state.get("carte") or {}).get("last_active_drawing") or {}
    code = (drawing.get("properties") or {}).get("code_qp")
    if code:
        st.session_state["qpv"] = code


def _quarter(opened: Opened) -> None:
    code = st.session_state.get("qpv")
    if not code:
        st.info("Cliquez sur un quartier, ou cherchez-le par son nom, pour lire ses chiffres.")
        return
    row = opened.analysis.qpv.set_index("code_qp", drop=False).loc[code]
    about_access = (official_apl(row), access_dates(opened.layers))
    facts = "".join(
        f'<div style="color:#4a4a55">{escape(heading)}</div><div style="font-weight:600">'
        f"{escape(text)}</div>"
        + (_beside(about_access) if heading == columns.BY_ID["access"].heading else "")
        for heading, text in quarter_facts(row)
    )
    notes = _beside((coarse_practices(opened.analysis, opened.layers, code),))
    st.html(
        f'<section aria-label="Quartier choisi" style="border:1px solid #c9ced6;border-radius:4px;'
        f'padding:10px 12px;color:#1b1b1f;overflow-wrap:anywhere"><h2 style="font-size:19px;'
        f'margin:0;padding:0">{escape(row["label"])}</h2><p style="margin:0 0 6px 0">'
        f"{escape(row['commune_label'])} · {escape(code)}</p>"
        f'<p style="margin:0 0 8px 0">{escape(row["sentence"])}</p>'
        f'<div style="display:grid;grid-template-columns:1fr 1fr;gap:2px 10px;line-height:1.3;'
        f'font-size:14px">{facts}{notes}</div>{_classes(opened, code)}{_rates(opened, code)}'
        f"{_care(opened, code)}{_workers(opened, row)}{_regimes(opened, code)}"
        "</section>"
    )


def _beside(lines: Iterable[str]) -> str:
    return "".join(
        f'<div style="grid-column:1/-1;font-size:13px">{escape(line)}</div>'
        for line in lines if line
    )  # fmt: skip


def _classes(opened: Opened, code: str) -> str:
    lines = "".join(f"<li>{escape(line)}</li>" for line in near_classes(opened.analysis, code))
    return _listed("Distance aux seuils", lines) if lines else ""


def _regimes(opened: Opened, code: str) -> str:
    items = "".join(
        f'<li style="margin:0 0 4px 0"><strong>{escape(said)}</strong><div>{escape(why)}</div></li>'
        for said, why in regime_lines(opened.analysis, code)
    )
    return _listed("Les régimes côte à côte", items)


def _rates(opened: Opened, code: str) -> str:
    return _figures_listed("Ce qui fait le besoin", rates(opened.analysis, code))


def _care(opened: Opened, code: str) -> str:
    return _figures_listed("Les autres soins", other_care(opened.analysis, code))


def _figures_listed(heading: str, found: list[Rate]) -> str:
    items = "".join(
        f'<li style="margin:0 0 4px 0"><strong>{escape(rate.heading)} : {escape(rate.value)}'
        f"</strong>{' · ' if rate.rank else ''}{escape(rate.rank)}"
        f'<div style="color:#4a4a55">{escape(rate.about)}</div></li>'
        for rate in found
    )
    return _listed(heading, items) if items else ""


def _workers(opened: Opened, row: pd.Series[Any]) -> str:
    found = workers(opened.analysis, opened.layers, row["code_qp"])
    items = "".join(
        f'<li style="margin:0 0 4px 0"><strong>{escape(worker.structure)}</strong>'
        + "".join(f"<div>{escape(line)}</div>" for line in worker.lines)
        + "</li>"
        for worker in found
    )
    return _listed("Qui travaille ici", items or f"<li>{escape(without_workers(row))}</li>")


def _listed(heading: str, items: str) -> str:
    return (
        f'<h3 style="font-size:15px;margin:10px 0 4px 0;padding:0">{heading}</h3>'
        f'<ul style="margin:0;padding-left:18px;font-size:13px;line-height:1.35">{items}</ul>'
    )


def _table(opened: Opened, situations: tuple[str, ...] | None) -> None:
    st.subheader("Les mêmes quartiers, en tableau", anchor=False)
    frame = screen_frame(opened.analysis, situations)
    st.dataframe(
        in_french(frame),
        hide_index=True,
        column_config={name: _configured(name) for name in frame.columns},
        placeholder="–",
        on_select=_picked,
        selection_mode="single-row",
        key="tableau",
        alt="Quartiers du territoire, triés par rang de priorité",
    )
    st.session_state["tableau_codes"] = list(frame["code_qp"])
    st.caption(
        "« – » : valeur non connue ou cachée ; la colonne « Statut » voisine dit laquelle. "
        "Trié par rang de priorité, comme dans les fichiers à télécharger."
    )


def _configured(name: str) -> object:
    column = columns.definition(name)
    about = f"{column.definition} Source : {column.method}."
    if column.kind in ("number", "rank"):
        return st.column_config.NumberColumn(
            column.table_heading, help=about, width="small" if column.kind == "rank" else None
        )
    return st.column_config.TextColumn(column.table_heading, help=about)


def _picked() -> None:
    rows = st.session_state["tableau"]["selection"]["rows"]
    codes = st.session_state.get("tableau_codes", [])
    if rows and rows[0] < len(codes):
        st.session_state["qpv"] = codes[rows[0]]


def _take_away(opened: Opened) -> None:
    kinds = (
        ("csv", "CSV", "text/csv"),
        (
            "xlsx",
            "Excel (XLSX)",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        ("gpkg", "GeoPackage", "application/geopackage+sqlite3"),
        ("indicateurs.csv", "indicateurs (CSV)", "text/csv"),
    )
    places = st.columns([1, 1, 1, 1, 2], vertical_alignment="center")
    name = f"qpv-{opened.slug}" + ("-donnees-fictives" if opened.analysis.fictional else "")
    for place, (kind, words, mime) in zip(places, kinds, strict=False):
        place.download_button(
            f"Télécharger : {words}",
            data=lambda kind=kind: shared.export(opened.slug, opened.build, opened.data_dir, kind),
            file_name=f"{name}.{kind}", mime=mime, on_click="ignore", key=f"fichier_{kind}",
            width="stretch",
        )  # fmt: skip
    with places[4], st.popover("Lien vers cette vue"):
        st.write("Ce lien rouvre la même vue, sur une machine où ce territoire est construit.")
        address = str(st.context.url or "").split("?")[0]
        st.code(f"{address}?{urlencode(st.query_params.to_dict(), safe=',:')}", language=None)


main()
