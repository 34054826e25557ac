"""Local schemes that a user brings: CLS, ASV, CLSM, CPTS, France services, and what they cover.

No national file says which quarter a local health contract covers. One line is one scheme and one
territory that it covers. A quarter that no line covers is *without* a scheme only where the list
says that it is complete; elsewhere it is not known.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pandas as pd

from datasets.brought.columns import PlainColumn
from datasets.brought.examine import (
    BroughtTable,
    FormExamination,
    Line,
    Tell,
    examine_form,
    require_good,
)
from datasets.brought.form import plain_form
from datasets.mediation import values
from datasets.mediation.known import CodeList, Codes, code_list
from datasets.mediation.personal import names_a_person_header
from datasets.mediation.values import BadCell
from datasets.readers.tabular import normalise_label
from geo.errors import BadTerritory
from geo.local_schemes import KIND_WORDS
from geo.schema import QPV_2024_CODE, TABLES, empty_table, validate
from geo.territory import departement_of_qpv, parse_territory

SOURCE_ID = "local_schemes"
_TERRITORIES = ("qpv", "commune", "epci", "dep")
_RULES = (
    PlainColumn(
        "type", "Quelle démarche.", "une valeur parmi : " + ", ".join(KIND_WORDS),
        ("CLS", "ASV"), mandatory=True, allowed=tuple(KIND_WORDS), closed=True,
    ),
    PlainColumn(
        "nom", "Nom de la démarche.", "un texte, sans nom de personne",
        ("CLS du Haut Pays", "ASV d’Ambrevent"), mandatory=True,
    ),
    PlainColumn(
        "territoire", "Un territoire couvert ; une ligne par territoire.",
        "qpv:QN04217M, commune:42187, epci:200035731 ou dep:42", ("commune:99001", "qpv:QN09901M"),
        mandatory=True,
    ),
    PlainColumn("debut", "Première année.", "AAAA (2022)", ("2022", "2020")),
    PlainColumn("fin", "Dernière année ; vide si la démarche continue.", "AAAA (2027)",
                ("2027", "")),
    PlainColumn(
        "complet_pour",
        "Territoires pour lesquels cette liste est complète pour ce type. Vide : une absence ne "
        "veut rien dire.", "dep:42;epci:200035731", ("dep:99", ""),
    ),
    PlainColumn("lien", "Page publique de la démarche.", "une adresse https://…",
                ("https://exemple.fr/cls", "")),
    PlainColumn("source", "D’où vient la ligne, avec sa date.", "un texte, sans nom de personne",
                ("EXEMPLE fictif", "EXEMPLE fictif")),
)  # fmt: skip
_OTHER_TITLES = {
    "demarche": "type",
    "libelle": "nom",
    "code": "territoire",
    "annee": "debut",
    "annee de debut": "debut",
    "annee de fin": "fin",
    "url": "lien",
}
FORM = plain_form(
    SOURCE_ID,
    "demarches",
    "démarches territoriales",
    "Demarches",
    _RULES,
    _OTHER_TITLES,
    (
        "Une ligne par démarche et par territoire couvert.",
        "Dites dans complet_pour où la liste est complète : sans cela, un quartier absent de la "
        "liste est « non connu », pas « sans CLS ».",
        "Des liens vers les pages publiques seulement : ni texte recopié, ni personne, ni numéro.",
    ),
    refused_header=names_a_person_header,
    screen="Données",
)


def read_schemes(
    path: Path,
    known_communes: Codes | None = None,
    known_qpv: Codes | None = None,
    keep_good: bool = False,
) -> BroughtTable:
    """Read local schemes as the canonical table ``local_schemes``, one row a scheme and place.

    Raises
    ------
    UnreadableFile
        When there is no table to read.
    RefusedForm
        Listing every refused line, unless ``keep_good``.
    """
    examination = check_schemes(path, known_communes, known_qpv)
    require_good(examination, FORM, keep_good)
    rows = [_row(line, examination.file) for line in examination.lines]
    frame = pd.DataFrame(rows, columns=list(TABLES["local_schemes"].columns))
    kept = frame.astype(empty_table("local_schemes").dtypes.to_dict())
    return BroughtTable(validate("local_schemes", kept), examination)


def check_schemes(
    path: Path, known_communes: Codes | None = None, known_qpv: Codes | None = None
) -> FormExamination:
    """The lines and all the problems of a list of schemes (see ``read_schemes``)."""
    seen: dict[tuple[str, str, str], int] = {}
    communes, qpv = code_list(known_communes), code_list(known_qpv)

    def judge(line: Line, tell: Tell) -> None:
        kind, code = str(line.values["territoire"]).split(":", 1)
        _judge_code(kind, code, tell, communes, qpv)
        start, end = line.values.get("debut", ""), line.values.get("fin", "")
        if start and end and end < start:
            tell("rejected", "fin", f"La fin ({end}) est avant le début ({start}).", "une année")
        key = (str(line.values["type"]), normalise_label(str(line.values["nom"])), f"{kind}:{code}")
        first = seen.setdefault(key, line.line)
        if first != line.line:
            tell("extra", "territoire", f"Même démarche, même territoire qu’à la ligne {first}.")

    return examine_form(path, FORM, _PARSERS, judge, FORM.first_absent)


def _judge_code(
    kind: str, code: str, tell: Tell, communes: CodeList | None, qpv: CodeList | None
) -> None:
    if kind == "commune" and communes is not None and communes.denies(code, code[:2]):
        tell("rejected", "territoire", f"Commune {code} inconnue (fusionnée depuis ?).",
             "le code d’une commune en vigueur")  # fmt: skip
    if kind == "qpv" and qpv is not None and qpv.denies(code, departement_of_qpv(code)):
        tell("rejected", "territoire", f"Quartier {code} inconnu.", "un code de la liste de 2024")


def _territory(text: str) -> str:
    kind, _, code = text.partition(":")
    if kind.strip().lower() == "qpv":
        if not re.fullmatch(QPV_2024_CODE, code.strip().upper()):
            raise BadCell(f"« {text} » n’est pas un quartier prioritaire de 2024.")
        return f"qpv:{code.strip().upper()}"
    try:
        asked = parse_territory(text)
    except BadTerritory as error:
        raise BadCell(str(error)) from error
    if asked.kind not in _TERRITORIES or not asked.code:
        raise BadCell(f"« {text} » n’est ni un QPV, ni une commune, ni un EPCI, ni un département.")
    return str(asked)


def _kind(text: str) -> str:
    folded = normalise_label(text)
    for kind, words in KIND_WORDS.items():
        if folded in (normalise_label(kind), normalise_label(words)):
            return kind
    raise BadCell(f"« {text} » n’est pas une démarche connue.")


def _link(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme != "https" or not parts.hostname or "@" in parts.netloc or len(text) > 300:
        raise BadCell("Ce n’est pas l’adresse https d’une page publique.")
    return text


_PARSERS: Mapping[str, Any] = {
    "type": _kind,
    "territoire": _territory,
    "debut": values.year,
    "fin": values.year,
    "complet_pour": values.territories,
    "lien": _link,
}


def _row(line: Line, file: str) -> dict[str, Any]:
    kind, code = str(line.values["territoire"]).split(":", 1)
    text = {name: str(line.values.get(name, "")) for name in ("debut", "fin", "lien", "source")}
    return {
        "kind": line.values["type"],
        "label": line.values["nom"],
        "territory_kind": "departement" if kind == "dep" else kind,
        "code": code,
        "start_year": text["debut"],
        "end_year": text["fin"],
        "complete_for": str(line.values.get("complet_pour", "")),
        "link": text["lien"],
        "source_label": text["source"] or file,
        "source_id": SOURCE_ID,
    }
