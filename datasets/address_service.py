"""Addresses placed in batch by the national geocoder (Géoplateforme), when a person allows it.

Only the address, the postal code and the town are sent: no identifier, no other column. They go
by chunks; what came back is kept beside the answer asked for until it is whole, so that a run
that stopped goes on where it was, then thrown away. See SOURCES 22.1 for the service.
"""

from __future__ import annotations

import hashlib
import io
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from datasets.address_words import without_cedex
from datasets.catalogue import source
from datasets.download import Client
from datasets.endpoints import Endpoints, Policy
from datasets.fetch_errors import BadDownload
from datasets.files import write_atomically
from datasets.readers.tabular import read_csv, to_number
from datasets.reading import UnreadableFile
from geo.setting_marks import parameter

SERVICE = "service_geocodage"
_COLUMNS = ("address", "postcode", "city")
_ANSWER = ("longitude", "latitude", "result_score", "result_type", "result_label")
_PATH = "/geocodage/search/csv"
_KINDS = {"housenumber": "numéro", "street": "voie", "locality": "lieu-dit"}


@dataclass(frozen=True)
class AddressPrecision:
    """How far from the door a position may be, by what the geocoder found."""

    numero_m: float = parameter(
        25.0, "m", "Précision d'une adresse trouvée au numéro", "choix du projet", "assumption"
    )
    voie_m: float = parameter(
        300.0, "m", "Précision d'une adresse trouvée à la voie", "choix du projet", "assumption"
    )
    lieu_dit_m: float = parameter(
        1000.0, "m", "Précision d'une adresse trouvée au lieu-dit", "choix du projet", "assumption"
    )
    least_score: float = parameter(
        0.5, "0 à 1", "Score sous lequel une adresse n'est pas placée",
        "SOURCES 22.1 : refuser sous 0,5, ou à la commune", "secondary",
    )  # fmt: skip

    def of(self, kind: str) -> float:
        """Metres for ``numéro``, ``voie`` or ``lieu-dit``; NaN for anything else."""
        known = {"numéro": self.numero_m, "voie": self.voie_m, "lieu-dit": self.lieu_dit_m}
        return known.get(kind, float("nan"))


@dataclass(frozen=True)
class Geocoder:
    """How the service is used. ``geopf`` and ``sleep`` are given by tests.

    ``chunk``: lines sent at once (the service takes under 200,000) [assumption, editable].
    """

    resume_dir: Path
    precision: AddressPrecision = AddressPrecision()
    chunk: int = 5_000
    geopf: str = Endpoints().geopf
    policy: Policy = field(default_factory=Policy)
    sleep: Callable[[float], None] = time.sleep
    say: Callable[[str], None] = lambda message: None


def geocode(addresses: pd.DataFrame, settings: Geocoder) -> pd.DataFrame:
    """Place ``address, postcode, city``.

    Returns, on the same index, ``lon, lat, precision_m`` (NaN when not placed), ``score``,
    ``precision_adresse`` (numéro, voie, lieu-dit, or why not) and ``adresse_trouvee``.

    Raises
    ------
    SourceUnreachable, BadDownload
        What came back before is kept in ``resume_dir``: the next run goes on from there.
    """
    asked = without_cedex(addresses)
    parts = []
    with Client(settings.policy, sleep=settings.sleep) as client:
        for first in range(0, len(asked), settings.chunk):
            part = asked.iloc[first : first + settings.chunk]
            settings.say(f"Géocodage : {first + len(part)} adresses sur {len(asked)}.")
            parts.append(_chunk(client, part, settings))
    shutil.rmtree(settings.resume_dir, ignore_errors=True)
    return pd.concat(parts)


def _chunk(client: Client, part: pd.DataFrame, settings: Geocoder) -> pd.DataFrame:
    sent = _written(part)
    kept = settings.resume_dir / f"{hashlib.sha256(sent).hexdigest()}.csv"
    url = settings.geopf + _PATH
    if kept.is_file():
        return _read(kept.read_bytes(), part, url, settings.precision)
    fields = [("columns", name) for name in _COLUMNS]
    fields += [("result_columns", name) for name in _ANSWER]
    body = client.post_file(url, source(SERVICE), sent, fields)
    found = _read(body, part, url, settings.precision)
    write_atomically(kept, body)
    return found


def _written(part: pd.DataFrame) -> bytes:
    text = io.StringIO()
    numbered = part[list(_COLUMNS)].reset_index(drop=True)
    numbered.to_csv(text, index_label="n", lineterminator="\n")
    return text.getvalue().encode("utf-8")


def _read(body: bytes, part: pd.DataFrame, url: str, precision: AddressPrecision) -> pd.DataFrame:
    try:
        frame, problems = read_csv(body, source_id=SERVICE, file=_PATH, required=("n", *_ANSWER))
    except UnreadableFile as error:
        raise BadDownload(source(SERVICE), url, f"réponse inattendue ({error.wrong})") from error
    numbers = pd.to_numeric(frame["n"], errors="coerce")
    if sorted(numbers) != list(range(len(part))) or any(p.kind == "rejected" for p in problems):
        reason = f"{len(frame)} lignes utilisables reçues pour {len(part)} envoyées"
        raise BadDownload(source(SERVICE), url, reason)
    frame = frame.set_index(numbers.astype(int)).sort_index().set_axis(part.index)
    lon, lat, score = (
        to_number(frame[name])[0] for name in ("longitude", "latitude", "result_score")
    )
    kind = frame["result_type"].map(_KINDS).fillna("commune seulement")
    kind = kind.where(frame["result_type"] != "", "introuvable")
    kind = kind.where(~(score < precision.least_score), "trop incertaine")
    metres = kind.map(precision.of)
    inside = lon.between(-180, 180) & lat.between(-90, 90) & score.notna() & metres.notna()
    return pd.DataFrame(
        {
            "lon": lon.where(inside),
            "lat": lat.where(inside),
            "precision_m": metres.where(inside),
            "score": score,
            "precision_adresse": kind.where(inside | metres.isna(), "introuvable"),
            "adresse_trouvee": frame["result_label"],
        },
        index=part.index,
    )
