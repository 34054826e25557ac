"""Addresses as people write them, brought to one writing so that two of them can be compared."""

from __future__ import annotations

import re
import unicodedata

import pandas as pd

_SHORT = {
    "av": "avenue", "ave": "avenue", "bd": "boulevard", "bld": "boulevard", "boul": "boulevard",
    "pl": "place", "all": "allee", "imp": "impasse", "ch": "chemin", "che": "chemin",
    "chem": "chemin", "rte": "route", "sq": "square", "r": "rue", "crs": "cours",
    "res": "residence", "st": "saint", "ste": "sainte", "dr": "docteur", "gal": "general",
    "mal": "marechal", "fg": "faubourg", "fbg": "faubourg", "qu": "quai", "pass": "passage",
}  # fmt: skip
_NUMBER = re.compile(r"^\s*(\d{1,5})\s*(bis|ter|quater|[a-d])?(?![\w])[\s,]*(.*)$", re.IGNORECASE)
_CEDEX = re.compile(r"\bcedex\b.*$", re.IGNORECASE)


def folded(text: str) -> str:
    """Lower case, no accent, no punctuation, short words written whole.

    >>> folded("12, Bd. de l'Hôtel-de-Ville")
    '12 boulevard de l hotel de ville'
    """
    plain = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "oe"))
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    words = re.sub(r"[^0-9a-z]+", " ", bare.lower()).split()
    return " ".join(_SHORT.get(word, word) for word in words)


def number_and_street(address: str) -> tuple[str, str]:
    """``("12 bis", "rue des roses")``; the number is empty when there is none.

    >>> number_and_street("12 B rue des Roses")
    ('12 b', 'rue des roses')
    """
    found = _NUMBER.match(address)
    if found is None:
        return "", folded(address)
    number = " ".join(part.lower() for part in (found[1].lstrip("0"), found[2]) if part)
    return number, folded(found[3])


def without_cedex(addresses: pd.DataFrame) -> pd.DataFrame:
    """Towns without « CEDEX 2 »; the postal code then goes too: it is one of a post office."""
    special = addresses["city"].str.contains(_CEDEX)
    return addresses.assign(
        city=addresses["city"].str.replace(_CEDEX, "", regex=True).str.strip(),
        postcode=addresses["postcode"].where(~special, ""),
    )
