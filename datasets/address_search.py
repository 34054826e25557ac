"""One address placed by the national geocoder, at a person's request, and never kept.

Nothing is written: neither what was asked, nor what was answered. A silent service is left alone
after a few seconds: the rest of the application does not need it. See SOURCES 22.1.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from datasets.address_service import SERVICE, AddressPrecision
from datasets.catalogue import source
from datasets.download import Client
from datasets.endpoints import Endpoints, Policy
from datasets.fetch_errors import SourceUnreachable
from geo.errors import BadInput, QpvError

_PATH = "/geocodage/search"
_KINDS = {"housenumber": "numéro", "street": "voie", "locality": "lieu-dit"}
_SHORTEST, _LONGEST = 5, 200
# [assumption, editable] Somebody is waiting before the screen: say soon that nothing comes.
_IMPATIENT = Policy(
    attempts=2, silent_attempts=1, all_attempts=2, connect_timeout_s=4.0, read_timeout_s=6.0,
    first_wait_s=0.5, longest_wait_s=2.0, max_answer_bytes=1024**2, pause_s=0.0,
)  # fmt: skip


class AddressServiceSilent(QpvError, OSError):
    """The geocoder does not answer, or answers something else."""


class AddressNotFound(QpvError, LookupError):
    """The geocoder answers that it knows no such address, or not surely enough."""


@dataclass(frozen=True)
class Address:
    """Degrees (EPSG:4326); ``kind``: numéro, voie or lieu-dit; ``score``: 0 to 1."""

    lon: float
    lat: float
    label: str
    kind: str
    score: float
    precision_m: float
    departement: str


@dataclass(frozen=True)
class AddressSearch:
    """How the service is asked. All are given by tests."""

    geopf: str = Endpoints().geopf
    policy: Policy = _IMPATIENT
    precision: AddressPrecision = field(default_factory=AddressPrecision)
    sleep: Callable[[float], None] = time.sleep


def find_address(text: str, settings: AddressSearch | None = None) -> Address:
    """Ask the geocoder where an address is.

    Raises
    ------
    BadInput
        When the text cannot be an address; nothing is sent.
    AddressNotFound, AddressServiceSilent
    """
    asked = " ".join(text.split())
    if not _SHORTEST <= len(asked) <= _LONGEST:
        raise BadInput(
            f"Adresse de {len(asked)} caractères. Attendu : de {_SHORTEST} à {_LONGEST}, avec le "
            "numéro, la voie et la commune (« 12 rue des Lilas, Roanne »)."
        )
    used = settings or AddressSearch()
    params = {"q": asked, "limit": "1", "index": "address", "autocomplete": "0"}
    try:
        with Client(used.policy, sleep=used.sleep) as client:
            answer = client.get_json(used.geopf + _PATH, source(SERVICE), params)
    except SourceUnreachable as error:
        raise _silent(error.reason) from None
    return _checked(answer, used.precision)


def _checked(answer: Any, precision: AddressPrecision) -> Address:
    features = answer.get("features") if isinstance(answer, dict) else None
    if not isinstance(features, list):
        raise _silent("sa réponse n'est pas celle attendue")
    if not features:
        raise AddressNotFound(
            "Adresse inconnue du géocodeur national. À faire : vérifiez le numéro, la voie et la "
            "commune, ou cherchez le quartier par son nom."
        )
    try:
        properties = features[0]["properties"]
        lon, lat = (float(degree) for degree in features[0]["geometry"]["coordinates"][:2])
        score, kind = float(properties["score"]), _KINDS.get(str(properties["type"]), "")
        label, town = str(properties["label"]), str(properties["citycode"])
    except (KeyError, IndexError, TypeError, ValueError):
        raise _silent("sa réponse n'est pas celle attendue") from None
    if not (math.isfinite(score) and -180 <= lon <= 180 and -90 <= lat <= 90):
        raise _silent("sa réponse n'est pas celle attendue")
    if not kind or score < precision.least_score:
        why = "trop incertaine" if kind else "connue à la commune seulement"
        raise AddressNotFound(
            f"Adresse {why} pour le géocodeur national : la placer tromperait. À faire : donnez le "
            "numéro et la voie, ou cherchez le quartier par son nom."
        )
    departement = town[:3] if town[:2] in ("97", "98") else town[:2]
    return Address(lon, lat, label[:200], kind, score, precision.of(kind), departement)


def _silent(reason: str) -> AddressServiceSilent:
    return AddressServiceSilent(
        f"Le géocodeur national (IGN) ne peut pas répondre : {reason}. À faire : réessayez plus "
        "tard, ou cherchez par nom, commune, code ou code postal ; rien d'autre n'a besoin de lui."
    )
