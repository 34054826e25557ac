"""The form of a medical zoning: its columns, the words of its zones, how each cell is read."""

from __future__ import annotations

import re
from typing import Any

from datasets.brought.columns import PlainColumn
from datasets.brought.form import EXAMPLES_ARE_FICTIONAL, Form, check_words
from datasets.mediation import values
from datasets.mediation.values import BadCell
from datasets.readers.tabular import normalise_label
from geo.schema import QPV_2015_CODE, QPV_2024_CODE, ZONES

SOURCE_ID = "zonage_medecins"
_RULES = (
    PlainColumn(
        "code_commune",
        "Code Insee de la commune (ou de l’arrondissement).",
        "un code Insee de 5 caractères, dans une colonne au format Texte",
        ("99001", "99002"),
    ),
    PlainColumn(
        "code_tvs",
        "Code du territoire de vie-santé. Seul sur sa ligne : la zone du territoire ; avec une "
        "commune : la commune en fait partie.",
        "le code écrit dans la liste de l’ARS",
        ("99T01", "99T02"),
    ),
    PlainColumn(
        "code_qp",
        "Code d’un quartier prioritaire que la liste nomme lui-même.",
        "un code QN… (2024) ou QP… (2015)",
        ("", ""),
    ),
    PlainColumn(
        "zone",
        "Zone écrite dans la liste. Vide : celle du territoire de vie-santé.",
        "une valeur parmi : " + ", ".join(ZONES),
        ("ZIP", "hors"),
        allowed=ZONES,
        closed=True,
    ),
    PlainColumn(
        "annee",
        "Année où la liste prend effet.",
        "AAAA (2026)",
        ("2026", "2026"),
        mandatory=True,
    ),
    PlainColumn(
        "source",
        "Nom de la liste (arrêté, date).",
        "un texte, sans nom de personne",
        ("EXEMPLE fictif", "EXEMPLE fictif"),
    ),
)
_FOLDED = {normalise_label(rule.name): rule.name for rule in _RULES} | {
    "code du territoire de vie sante": "code_tvs",
    "code de la commune": "code_commune",
    "code du quartier prioritaire": "code_qp",
    "codgeo": "code_commune",
    "tvs": "code_tvs",
}
_ZONE_WORDS = {
    "zip": "ZIP",
    "zone d intervention prioritaire": "ZIP",
    "zac": "ZAC",
    "zone d action complementaire": "ZAC",
    "vigilance": "vigilance",
    "zv": "vigilance",
    "zone de vigilance": "vigilance",
    "hors": "hors",
    "hz": "hors",
    "hors zonage": "hors",
    "hors vivier": "hors",
    "hors zone": "hors",
}


def _column_of(title: str) -> str:
    folded = normalise_label(title)
    if folded.startswith("qualification"):
        return "zone"
    return _FOLDED.get(folded, "")


FORM = Form(
    source_id=SOURCE_ID,
    name="zonage",
    title="Modèle « zonage »",
    sheets=("Zonage", "Zonage_TVS", "Zonage_communes", "Zonage_QPV"),
    rules={rule.name: rule for rule in _RULES},
    column_of=_column_of,
    advice=(
        "Une ligne par commune, par territoire de vie-santé ou par quartier de la liste.",
        "Les zones sont recopiées de l’arrêté de l’ARS : elles ne sont jamais recalculées.",
        EXAMPLES_ARE_FICTIONAL,
        check_words("zonage"),
    ),
    mandatory_words=dict.fromkeys(
        ("code_commune", "code_tvs", "code_qp"), "l’un des trois codes au moins"
    ),
)


def _zone(text: str) -> str:
    zone = _ZONE_WORDS.get(normalise_label(text))
    if zone is None:
        raise BadCell(f"« {text} » n’est pas une zone connue.")
    return zone


def _code_qp(text: str) -> str:
    code = text.upper()
    if not re.fullmatch(QPV_2024_CODE, code) and not re.fullmatch(QPV_2015_CODE, code):
        raise BadCell(f"« {text} » n’est pas un code de quartier prioritaire.")
    return code


def _tvs(text: str) -> str:
    if not re.fullmatch(r"[0-9A-Za-z-]{1,20}", text):
        raise BadCell(f"« {text} » n’est pas un code de territoire.")
    return text.upper()


PARSERS: dict[str, Any] = {
    "code_commune": values.commune,
    "code_tvs": _tvs,
    "code_qp": _code_qp,
    "zone": _zone,
    "annee": values.year,
}
