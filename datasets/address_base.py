"""Addresses placed without network, from local files of the Base Adresse Nationale (BAN).

The files are those of a département (``adresses-42.csv.gz``): ``numero, rep, nom_voie,
code_postal, nom_commune, lon, lat``. Nothing of the addresses looked for is kept.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from datasets.address_service import AddressPrecision
from datasets.address_words import folded, number_and_street, without_cedex
from datasets.readers.tabular import read_csv, to_number
from geo.measure import Floats

_COLUMNS = ("numero", "rep", "nom_voie", "code_postal", "nom_commune", "lon", "lat")
_ALIKE = 0.8  # [assumption, editable] likeness of two street names under which they differ
_METRES_PER_DEGREE = 111_320.0


@dataclass(frozen=True)
class AddressBase:
    """Addresses by place (postal code or folded town), then by folded street.

    ``streets``: place -> street -> rows of ``frame`` (``number``, ``lon``, ``lat``, ``label``).
    """

    frame: pd.DataFrame
    streets: dict[str, dict[str, list[int]]]


def read_base(paths: list[Path]) -> AddressBase:
    """Read BAN files.

    Raises
    ------
    UnreadableFile
        Not a text, or a mandatory column is missing.
    """
    parts = [read_csv(path, source_id="ban", required=_COLUMNS)[0] for path in paths]
    raw = pd.concat(parts, ignore_index=True)
    lon, lat = to_number(raw["lon"])[0], to_number(raw["lat"])[0]
    kept = lon.between(-180, 180) & lat.between(-90, 90)
    raw, lon, lat = raw[kept].reset_index(drop=True), lon[kept], lat[kept]
    number = (raw["numero"].str.lstrip("0") + " " + raw["rep"].str.lower()).str.strip()
    label = number + " " + raw["nom_voie"] + " " + raw["code_postal"] + " " + raw["nom_commune"]
    frame = pd.DataFrame(
        {"number": number, "lon": lon.to_numpy(), "lat": lat.to_numpy(), "label": label.str.strip()}
    )
    streets: dict[str, dict[str, list[int]]] = {}
    folds = {name: folded(name) for name in raw["nom_voie"].unique()}
    towns = {name: folded(name) for name in raw["nom_commune"].unique()}
    places = zip(raw["nom_voie"], raw["code_postal"], raw["nom_commune"], strict=True)
    for row, (street, postcode, town) in enumerate(places):
        for place in {postcode, towns[town]} - {""}:
            streets.setdefault(place, {}).setdefault(folds[street], []).append(row)
    return AddressBase(frame, streets)


def geocode(
    addresses: pd.DataFrame, base: AddressBase, precision: AddressPrecision | None = None
) -> pd.DataFrame:
    """Place ``address, postcode, city``: same frame as ``datasets.address_service.geocode``.

    ``score`` is the likeness of the street names (1: the same). A number that the base has not
    gives the middle of its street, whose half length is then the precision.
    """
    asked = precision or AddressPrecision()
    rows = list(_found(without_cedex(addresses), base, asked))
    return pd.DataFrame(
        rows,
        columns=["lon", "lat", "precision_m", "score", "precision_adresse", "adresse_trouvee"],
        index=addresses.index,
    )


def _found(
    addresses: pd.DataFrame, base: AddressBase, precision: AddressPrecision
) -> Iterator[tuple[float, float, float, float, str, str]]:
    nothing = (np.nan, np.nan, np.nan, np.nan, "introuvable", "")
    for address, postcode, city in addresses[["address", "postcode", "city"]].itertuples(
        index=False
    ):
        number, street = number_and_street(address)
        streets = base.streets.get(postcode.strip()) or base.streets.get(folded(city), {})
        name, score = _likest(street, streets)
        if not name:
            yield nothing
            continue
        along = base.frame.iloc[streets[name]]
        exact = along[along["number"] == number]
        if number and len(exact):
            first = exact.iloc[0]
            yield first["lon"], first["lat"], precision.numero_m, score, "numéro", first["label"]
            continue
        lon, lat = along["lon"].median(), along["lat"].median()
        reach = _farthest_m(along["lon"].to_numpy(float) - lon, along["lat"].to_numpy(float), lat)
        metres = max(reach, precision.numero_m)
        yield (
            lon,
            lat,
            metres,
            score,
            "voie",
            str(along.iloc[0]["label"]).removeprefix(str(along.iloc[0]["number"])).strip(),
        )


def _likest(street: str, streets: dict[str, list[int]]) -> tuple[str, float]:
    if street in streets:
        return street, 1.0
    near = difflib.get_close_matches(street, list(streets), n=1, cutoff=_ALIKE)
    if not near:
        return "", 0.0
    return near[0], round(difflib.SequenceMatcher(None, street, near[0]).ratio(), 3)


def _farthest_m(east_degrees: Floats, lats: Floats, lat: float) -> float:
    east = east_degrees * np.cos(np.radians(lat))
    return float(np.hypot(east, lats - lat).max() * _METRES_PER_DEGREE)
