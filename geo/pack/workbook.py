"""The file of a call as a workbook: one sheet a question, the quarters retained first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from geo.figures import territory_title
from geo.pack.dossier import Dossier
from geo.pack.noted import notes_sheets
from geo.pack.posts import how_sure, posts_words
from geo.pack.printed import attribution
from geo.pack.words import departement_name, essentials, justification, method
from geo.priority.overrides import BY_CALCULATION
from geo.report.sheets import Sheet, as_day, workbook_bytes
from geo.report.sources import FICTIONAL, attributions
from geo.report.xlsx import parameters_sheet, sources_sheet
from geo.robustness.words import share_pattern
from geo.words import counted, number


def to_xlsx_bytes(dossier: Dossier) -> bytes:
    """Lisez-moi, Territoires éligibles, Barème, Robustesse, Affectation, Dérogations, field notes
    if any, Paramètres, Sources; the same dossier gives the same bytes."""
    return workbook_bytes(
        dossier.preset.title_fr,
        (
            _read_me(dossier),
            _territories(dossier),
            _points(dossier),
            _robustness(dossier),
            _posts(dossier),
            _overrides(dossier),
            *notes_sheets(dossier),
            parameters_sheet(dossier.analysis),
            sources_sheet(dossier.analysis),
        ),
    )


def _read_me(dossier: Dossier) -> Sheet:
    lines = [
        *([FICTIONAL] if dossier.analysis.fictional else []),
        f"{dossier.preset.title_fr}, {territory_title(dossier.analysis)}",
        *essentials(dossier),
        *method(dossier),
        "« Territoires éligibles » : les quartiers retenus par rang, puis les suivants, puis ceux "
        "qui sont hors classement ; le filtre de la première colonne donne la liste d'une "
        "délégation. Le total de la colonne « Postes proposés » est le nombre de postes placés : "
        f"{posts_words(dossier.allocation.used)} sur {number(dossier.request.posts)}.",
        "Une case vide est une donnée inconnue, « s » une donnée cachée par le secret statistique, "
        "0 un zéro. « Modélisé » : estimé par un calcul, jamais mesuré ; scores, rangs, besoins et "
        "affectation sont modélisés.",
        *dossier.analysis.notes,
        attribution(dossier),
        *(f"Source : {line}." for line in attributions(dossier.analysis)),
    ]
    return Sheet("Lisez-moi", ["À lire d'abord"], [[line] for line in lines], [120])


def _territories(dossier: Dossier) -> Sheet:
    """The quarters retained by rank, the next ones, then those without rank and why."""
    headings = [
        "Délégation départementale", "Retenu", "Rang", "Code", "Quartier", "Commune",
        "Situation (modélisée)", "Score (sur 100, modélisé)",
        f"Points (sur {dossier.study.ranking.rules.points.best})", "Retenu dans (part)",
        "Population (habitants)", "Besoin restant (personnes/an, modélisé)", "Postes proposés",
        "Justification",
    ]  # fmt: skip
    ordered = dossier.lines.sort_values(
        ["selected", "rank", "departement", "code_qp"],
        ascending=[False, True, True, True],
        na_position="last",
    )
    return Sheet(
        "Territoires éligibles",
        headings,
        [
            [
                departement_name(line["departement"]),
                _kept(line),
                _figure(line["rank"]),
                line["code_qp"],
                line["label"],
                line["commune_label"],
                line["situation"],
                _figure(line["score"]),
                _figure(line["points"]),
                _figure(line["share"]),
                _figure(line["population"]),
                _residual(line),
                line["posts"] if line["selected"] else None,
                justification(dossier, line),
            ]
            for _, line in ordered.iterrows()
        ],
        [26, 16, 7, 12, 34, 24, 22, 14, 8, 14, 14, 18, 10, 120],
        ["", "", "0", "", "", "", "", "0.0", "0", share_pattern(dossier.request.draws), "#,##0",
         "#,##0", "0.0", ""],
    )  # fmt: skip


def _residual(line: pd.Series[Any]) -> Any:
    hidden = line["residual_status"] == "suppressed"
    return "s" if hidden else _figure(line["residual_people"])


def _kept(line: pd.Series[Any]) -> str:
    if line["decision"]:
        return str(line["decision"])
    if line["selected"]:
        return "retenu"
    return "" if line["candidate"] else "hors classement"


def _points(dossier: Dossier) -> Sheet:
    table = dossier.study.ranking.rules.points
    steps = [[low, points] for low, points in table.steps]
    return Sheet(
        "Barème",
        ["Score à partir de", "Points", "Source du barème"],
        [[low, points, table.source if not place else None]
         for place, (low, points) in enumerate(steps)],
        [20, 10, 80],
        ["0.0", "0", ""],
    )  # fmt: skip


def _robustness(dossier: Dossier) -> Sheet:
    headings = [
        "Rang", "Code", "Quartier", "Retenu dans (part)", "IC 95 % bas", "IC 95 % haut",
        "Rang 5 %", "Rang médian", "Rang 95 %", "En mots", "Ce qui ferait changer",
    ]  # fmt: skip
    ranked = dossier.lines[dossier.lines["candidate"]].sort_values("rank")
    return Sheet(
        "Robustesse",
        headings,
        [
            [
                _figure(line["rank"]),
                line["code_qp"],
                f"{line['label']} ({line['commune_label']})",
                *(_figure(line[name]) for name in (
                    "share", "share_low", "share_high", "rank_05", "rank_50", "rank_95")),
                line["sentence"],
                _changes(line),
            ]
            for _, line in ranked.iterrows()
        ],
        [7, 12, 40, 12, 12, 12, 10, 10, 10, 70, 100],
        ["0", "", "", *[share_pattern(dossier.request.draws)] * 3, "0", "0", "0", "", ""],
    )  # fmt: skip


def _changes(line: pd.Series[Any]) -> str:
    told = [change["sentence"] for change in line["changes"]]
    return " ".join([BY_CALCULATION, *told] if told and line["decision"] else told)


def _posts(dossier: Dossier) -> Sheet:
    """Where the posts go and whom they serve; the proof or the gap comes first."""
    headings = ["Site (code)", "Site", "Poste(s) sur place", "Nouveau(x) poste(s)",
                "Capacité (personnes/an)", "Quartier servi (code)", "Quartier servi",
                "Personnes servies par an (modélisé)", "Remarque"]  # fmt: skip
    return Sheet(
        "Affectation",
        headings,
        list(_post_rows(dossier)),
        [14, 36, 12, 12, 16, 16, 36, 18, 90],
        ["", "", "0.0", "0.0", "#,##0.0", "", "", "#,##0.0", ""],
    )


def _post_rows(dossier: Dossier) -> Iterator[list[Any]]:
    found = dossier.allocation
    names = dict(zip(dossier.lines["code_qp"], dossier.lines["label"], strict=True))
    posts = dossier.request.posts
    notes = [
        f"Postes placés dans les quartiers retenus : {posts_words(found.used)} sur "
        f"{number(posts)} (total de la colonne « Nouveau(x) poste(s) »).",
        f"Personnes accompagnées : environ {counted(found.people, 'personne')} par an (modélisé). "
        f"{how_sure(found)}",
        f"Les mêmes postes, placés parmi tous les candidats sans tenir compte du classement : "
        f"environ {counted(dossier.free.people, 'personne')} par an (modélisé ; "
        f"{dossier.free.status}).",
        f"Calcul : résolution {found.method}, {found.status}.",
        *found.notes,
    ]
    yield from ([None] * 8 + [note] for note in notes)
    served = found.assignment.groupby("site_id", sort=True)
    for site in found.sites[found.sites["posts"] > 0].itertuples():
        own = served.get_group(site.site_id) if site.site_id in served.groups else None
        head = [site.site_id, names.get(str(site.site_id), ""), site.fixed_posts, site.new_posts,
                site.capacity]  # fmt: skip
        if own is None:
            yield [*head, None, None, 0.0, None]
            continue
        for pair in own.itertuples():
            yield [*head, pair.demand_id, names.get(str(pair.demand_id), ""), pair.people, None]
            head = [site.site_id, names.get(str(site.site_id), ""), None, None, None]


def _overrides(dossier: Dossier) -> Sheet:
    changed = dossier.lines[dossier.lines["decision"] != ""]
    return Sheet(
        "Dérogations",
        ["Code", "Quartier", "Décision", "Selon le calcul", "Rang", "Motif", "Date", "Fonction"],
        [
            [line["code_qp"], line["label"], line["decision"],
             "retenu" if line["selected_by_calculation"] else "non retenu",
             _figure(line["rank"]), line["motive"], as_day(line["decided_on"]),
             line["decided_by"]]
            for _, line in changed.iterrows()
        ]
        or [[None, None, "Aucune dérogation", None, None, None, None, None]],
        [12, 34, 34, 16, 8, 90, 12, 30],
    )  # fmt: skip


def _figure(value: Any) -> float | int | None:
    if value is None or pd.isna(value):
        return None
    return int(value) if float(value).is_integer() else float(value)
