"""One cell of a mediation file: what it says, or why it cannot be used.

Each function takes the stripped text of a cell and returns its value; a cell that cannot be
read raises ``BadCell``, in French.
"""

from __future__ import annotations

import math
import re
from datetime import date
from functools import lru_cache

import pandas as pd

from datasets.mediation.columns import SHARE_TOLERANCE, TEMPLATE_COLUMNS, WEEKDAYS
from datasets.readers.tabular import normalise_label, to_number
from geo.errors import BadTerritory
from geo.schema import COMMUNE_CODE, MEDIATION_KINDS, MEDIATION_TERRITORIES
from geo.territory import parse_territory

_HOUR = re.compile(r"(\d{1,2})(?::|[hH])(\d{2})?(?::00)?")
_FRENCH_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?")
_YEARS = range(1990, 2101)


class BadCell(ValueError):
    """A cell that cannot be used: ``args[0]`` says why, ``expected`` what was awaited."""

    def __init__(self, message: str, expected: str = ""):
        super().__init__(message)
        self.expected = expected


@lru_cache(maxsize=10_000)
def number(text: str) -> tuple[float, str]:
    """Value (NaN unless observed) and status: observed, suppressed or missing."""
    # « nan » is what a program writes for a figure it could not compute, not a way to say unknown.
    if text.strip().lower() == "nan":
        raise BadCell(f"« {text} » n’est pas un nombre ; inconnu : laissez vide.")
    values, status = to_number(pd.Series([text], dtype="str"))
    if status.iloc[0] == "rejected":
        if text.startswith("="):
            raise BadCell(f"« {text} » est une formule : collez sa valeur.")
        raise BadCell(f"« {text} » n’est pas un nombre.")
    return float(values.iloc[0]), str(status.iloc[0])


def kind(text: str) -> str:
    """The kind of action, whatever its case and accents."""
    known = {normalise_label(name): name for name in MEDIATION_KINDS}
    if normalise_label(text) not in known:
        raise BadCell(f"« {text} » n’est pas un type d’action connu.")
    return known[normalise_label(text)]


def territory_kind(text: str) -> str:
    """The kind of territory served, whatever its case and accents."""
    known = {normalise_label(name): name for name in MEDIATION_TERRITORIES}
    if normalise_label(text) not in known:
        raise BadCell(f"« {text} » n’est pas une sorte de territoire connue.")
    return known[normalise_label(text)]


def words(text: str, separators: str = "|;,\n") -> list[str]:
    """The items of a list, in their order, without blanks or repeats."""
    items = (" ".join(item.split()) for item in re.split(f"[{re.escape(separators)}]", text))
    return list(dict.fromkeys(item for item in items if item))


def weekdays(text: str) -> list[str]:
    """Days in the order of the week."""
    found = [normalise_label(item) for item in words(text.replace(" et ", "|"), "|;,/\n")]
    unknown = [item for item in found if item not in WEEKDAYS]
    if unknown:
        raise BadCell(f"« {', '.join(unknown)} » n’est pas un jour de la semaine.")
    return [day for day in WEEKDAYS if day in found]


def hour(text: str) -> str:
    """``HH:MM``; 9h30 and 9:30 are understood."""
    matched = _HOUR.fullmatch(text.replace(" ", ""))
    if not matched or int(matched[1]) > 23 or int(matched[2] or 0) > 59:
        raise BadCell(f"« {text} » n’est pas une heure.")
    return f"{int(matched[1]):02d}:{int(matched[2] or 0):02d}"


def minutes(clock: str) -> int:
    """Minutes since midnight of ``HH:MM``."""
    return int(clock[:2]) * 60 + int(clock[3:])


def day(text: str) -> str:
    """``AAAA-MM-JJ`` of a date written JJ/MM/AAAA or AAAA-MM-JJ."""
    french, iso = _FRENCH_DATE.fullmatch(text), _ISO_DATE.fullmatch(text)
    if not french and not iso:
        raise BadCell(f"« {text} » n’est pas une date écrite JJ/MM/AAAA.")
    parts = french.group(3, 2, 1) if french else iso.group(1, 2, 3)  # type: ignore[union-attr]
    try:
        found = date(*(int(part) for part in parts))
    except ValueError as error:
        hint = " Jour et mois sont peut-être échangés." if 12 < int(parts[1]) <= 31 else ""
        raise BadCell(f"« {text} » n’existe pas dans le calendrier.{hint}") from error
    if found.year not in _YEARS:
        raise BadCell(f"« {text} » : l’année {found.year} n’est pas vraisemblable.")
    return found.isoformat()


def year(text: str) -> str:
    """Four digits."""
    if not re.fullmatch(r"\d{4}", text) or int(text) not in _YEARS:
        raise BadCell(f"« {text} » n’est pas une année.")
    return text


def commune(text: str) -> str:
    """An Insee code; the zero that a spreadsheet takes away is asked for again."""
    code = text.upper()
    if re.fullmatch(COMMUNE_CODE, code):
        return code
    if re.fullmatch(r"\d{4}", code):
        raise BadCell(
            f"« {text} » n’a que 4 chiffres : le zéro du début a sans doute été perdu par le "
            f"tableur. Écrivez 0{text}, dans une colonne au format Texte."
        )
    raise BadCell(
        f"« {text} » n’est pas un code Insee de commune.",
        "un code Insee à 5 chiffres, par exemple 42187 (Roanne) ; ni un nom, ni un code postal",
    )


def territories(text: str) -> str:
    """``dep:42;qpv:QN04217M``: where a file says it is complete, in order and without repeats."""
    return ";".join(dict.fromkeys(_territory(item) for item in words(text)))


def _territory(item: str) -> str:
    kind, _, code = item.partition(":")
    if kind.strip().lower() == "qpv":
        return f"qpv:{code.strip().upper()}"  # its form is judged with the QPV served
    try:
        territory = parse_territory(item)
    except BadTerritory as error:
        raise BadCell(str(error)) from error
    if not territory.code:
        raise BadCell(f"« {item} » ne nomme pas un territoire précis.")
    return str(territory)


def shares(text: str, column: str) -> list[tuple[str, float]]:
    """``name:share`` items, NaN for a share not written; never a partial list of shares.

    A list that is within ``SHARE_TOLERANCE`` of 1 is accepted as written (see ``to_one``).
    """
    expected = TEMPLATE_COLUMNS[column].expected
    found: list[tuple[str, float]] = []
    for item in re.split(r"[|;\n]", text):
        name, colon, share = item.rpartition(":")
        if not item.strip():
            continue
        if not colon:
            found.append((" ".join(item.split()), math.nan))
        elif not name.strip():
            raise BadCell(f"« {item.strip()} » : le nom manque avant « : ».", expected)
        else:
            found.append((" ".join(name.split()), _share(share.strip(), item)))
    _refuse_repeats([name for name, _ in found], expected)
    written = [share for _, share in found if not math.isnan(share)]
    if written and len(written) < len(found):
        lacking = ", ".join(name for name, share in found if math.isnan(share))
        raise BadCell(f"La part manque pour {lacking}, alors que d’autres sont écrites.", expected)
    if written and abs(sum(written) - 1) > SHARE_TOLERANCE:
        hint = (
            " Un poste à temps partiel se dit dans la colonne « etp », pas dans les parts."
            if column == "qpv_desservis" and sum(written) < 1
            else ""
        )
        total = f"{sum(written):.4g}".replace(".", ",")
        raise BadCell(f"La somme des parts fait {total} au lieu de 1.{hint}", expected)
    return found


def to_one(parts: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """The same shares scaled to sum to 1 (rounded thirds sum to 0.99 in a file)."""
    total = sum(share for _, share in parts)
    return [(name, share / total) for name, share in parts] if total > 0 else parts


def _share(text: str, item: str) -> float:
    percent = text.endswith("%")
    try:
        value, _ = number(text.removesuffix("%").strip())
    except BadCell:
        value = math.nan
    value = value / 100 if percent else value
    if math.isnan(value):
        raise BadCell(f"« {item.strip()} » : la part « {text} » n’est pas un nombre.")
    if not 0 < value <= 1:
        raise BadCell(
            f"« {item.strip()} » : la part doit être au-dessus de 0 et au plus 1 (0,5 ou 50 %)."
        )
    return value


def _refuse_repeats(names: list[str], expected: str) -> None:
    folded = [normalise_label(name) for name in names]
    repeated = {name for name, key in zip(names, folded, strict=True) if folded.count(key) > 1}
    if repeated:
        raise BadCell(f"{', '.join(sorted(repeated))} : écrit plusieurs fois.", expected)
