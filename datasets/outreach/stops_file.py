"""The team's own list of streets or blocks, with their dwellings: totals, no address of anybody."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from datasets.brought.columns import PlainColumn
from datasets.brought.examine import FormExamination, Line, Tell, examine_form
from datasets.brought.form import EXAMPLES_ARE_FICTIONAL, Form, check_words
from datasets.mediation import values
from datasets.mediation.personal import names_a_person_header
from datasets.mediation.values import BadCell
from datasets.outreach.counts import whole
from datasets.readers.tabular import normalise_label

_RULES = {
    rule.name: rule
    for rule in (
        PlainColumn(
            "ilot",
            "Nom de la rue, de l’îlot, de la tour ou de l’allée.",
            "un nom de rue ou d’îlot, sans nom d’habitant",
            ("EXEMPLE Rue fictive", "EXEMPLE Allée fictive"),
            mandatory=True,
        ),
        PlainColumn(
            "logements",
            "Nombre de logements occupés à visiter.",
            "un nombre entier, 1 ou plus",
            ("48", "120"),
            mandatory=True,
        ),
        PlainColumn(
            "longitude", "Longitude du milieu (WGS 84).", "degrés : 4,0796", ("4,0796", "")
        ),
        PlainColumn(
            "latitude", "Latitude du milieu (WGS 84).", "degrés : 46,0403", ("46,0403", "")
        ),
    )
}
_FOLDED = {normalise_label(name): name for name in _RULES} | {
    "rue": "ilot",
    "lon": "longitude",
    "lat": "latitude",
}
STOPS_FORM = Form(
    source_id="outreach",
    name="ilots",
    title="Rues ou îlots d’une tournée",
    sheets=("Îlots",),
    rules=_RULES,
    column_of=lambda title: _FOLDED.get(normalise_label(title), ""),
    advice=(
        "Une ligne par rue, îlot ou tour ; des nombres de logements, jamais un logement.",
        "Sans position pour tous, l’ordre de la tournée est celui de la liste.",
        EXAMPLES_ARE_FICTIONAL,
        check_words("ilots", "Aller-vers"),
        "En commande, ensuite : qpv outreach … --stops FICHIER",
    ),
    refused_header=names_a_person_header,
    places=frozenset({"ilot"}),
    screen="Aller-vers",
)


def check_stops(path: Path) -> FormExamination:
    """The lines and all the problems of a list of streets.

    Raises
    ------
    UnreadableFile
        When there is no table to read.
    """
    seen: dict[str, int] = {}

    def judge(line: Line, tell: Tell) -> None:
        name = normalise_label(str(line.values["ilot"]))
        if name in seen:
            tell("rejected", "ilot", f"Déjà à la ligne {seen[name]}.", "une ligne par rue ou îlot")
        seen.setdefault(name, line.line)
        if ("longitude" in line.values) != ("latitude" in line.values):
            tell("rejected", "longitude", "Une seule des deux coordonnées est remplie.",
                 "longitude et latitude, ou aucune")  # fmt: skip

    return examine_form(path, STOPS_FORM, _PARSERS, judge, _absent)


def stops_table(examination: FormExamination) -> pd.DataFrame:
    """The usable lines: stop, dwellings, lon, lat (NaN when unknown)."""
    frame = pd.DataFrame(
        [
            {
                "stop": line.values["ilot"],
                "dwellings": line.values["logements"],
                "lon": line.values.get("longitude", np.nan),
                "lat": line.values.get("latitude", np.nan),
            }
            for line in examination.lines
        ],
        columns=["stop", "dwellings", "lon", "lat"],
    )
    return frame.astype({"dwellings": "float64", "lon": "float64", "lat": "float64"})


def _degrees(most: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        value, status = values.number(text)
        if status != "observed" or not abs(value) <= most:
            raise BadCell(f"« {text} » n’est pas en degrés.", f"de −{most:g} à {most:g}")
        return value

    return read


def _absent(columns: frozenset[str]) -> str:
    return next((name for name in ("ilot", "logements") if name not in columns), "")


_PARSERS = {"logements": whole(1), "longitude": _degrees(180), "latitude": _degrees(90)}
