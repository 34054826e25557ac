"""Files put together from several answers of an interface: communes (API géo), contours (WFS).

API géo leaves ``centre`` and ``mairie`` out of its own GeoJSON, so its plain JSON is asked for
and the GeoJSON written here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from datasets.catalogue import Source
from datasets.download import Client
from datasets.endpoints import Endpoints
from datasets.fetch_errors import BadDownload
from datasets.provenance import Fetched, publish_json

COMMUNES_LIST = "france.json"
ARRONDISSEMENTS_LIST = "arrondissements-municipaux.json"
_LIST_FIELDS = "nom,code,population,codeEpci,codeDepartement,codeRegion,centre,mairie"
_AREA_FIELDS = f"{_LIST_FIELDS},codesPostaux,contour"
_ALL_ZONES = "metro,drom,com"
_PAGE = 1000  # the largest page the IGN service gives
_MOST_PAGES = 200  # 200,000 features: four times the IRIS of the whole country


def fetch_communes_list(
    entry: Source, folder: Path, client: Client, endpoints: Endpoints
) -> Fetched:
    """All communes of France without contours, as ``france.json``."""
    params = {"fields": _LIST_FIELDS, "format": "json", "zone": _ALL_ZONES}
    return _communes(entry, folder / COMMUNES_LIST, client, endpoints, params)


def fetch_arrondissements(
    entry: Source, folder: Path, client: Client, endpoints: Endpoints
) -> Fetched:
    """The arrondissements of Paris, Lyon and Marseille, as ``arrondissements-municipaux.json``."""
    params = {"fields": _LIST_FIELDS, "format": "json", "type": "arrondissement-municipal"}
    return _communes(entry, folder / ARRONDISSEMENTS_LIST, client, endpoints, params)


def fetch_communes_of(
    entry: Source, folder: Path, departement: str, client: Client, endpoints: Endpoints
) -> Fetched:
    """The communes of one département with their contours, as a GeoJSON file."""
    url = f"{endpoints.geo_api}/communes"
    params = {
        "codeDepartement": departement,
        "fields": _AREA_FIELDS,
        "format": "json",
        "zone": _ALL_ZONES,
    }
    rows = _commune_rows(entry, url, client, params)
    content = {"type": "FeatureCollection", "features": [_feature(row) for row in rows]}
    address = f"{url}?codeDepartement={departement}"
    return publish_json(content, folder / entry.file_for(departement), entry, address)


def fetch_wfs(
    entry: Source,
    folder: Path,
    departement: str,
    client: Client,
    endpoints: Endpoints,
) -> Fetched:
    """A layer of the IGN service, all pages in one GeoJSON file (``""``: the whole country).

    Raises
    ------
    BadDownload
        When pages repeat themselves or do not add up to the number announced.
    """
    url, spec = f"{endpoints.geopf}/wfs/ows", entry.resolver
    params = {
        "SERVICE": "WFS",
        "VERSION": "2.0.0",
        "REQUEST": "GetFeature",
        "TYPENAMES": spec.type_name,
        "OUTPUTFORMAT": "application/json",
        "SRSNAME": "EPSG:4326",
        "SORTBY": spec.sort_by,  # without an order the service may repeat or skip between pages
        "COUNT": str(_PAGE),
    }
    if departement:
        params["CQL_FILTER"] = f"{spec.commune_column} LIKE '{departement}%'"
    features: list[dict[str, Any]] = []
    for _ in range(_MOST_PAGES):
        answer = client.get_json(url, entry, {**params, "STARTINDEX": str(len(features))})
        got = answer.get("features") if isinstance(answer, dict) else None
        if not isinstance(got, list):
            raise BadDownload(entry, url, "la réponse du service WFS ne contient aucun objet")
        features += got
        announced = answer.get("numberMatched")
        # A service may give smaller pages than asked: trust the total when it tells one.
        last = len(features) >= announced if isinstance(announced, int) else len(got) < _PAGE
        if last or not got:
            _check_whole(entry, url, features, announced)
            break
    else:
        raise BadDownload(entry, url, f"le service WFS donne plus de {_MOST_PAGES * _PAGE} objets")
    content = {"type": "FeatureCollection", "features": features}
    destination = folder / entry.file_for(departement)
    return publish_json(content, destination, entry, f"{url}?TYPENAMES={spec.type_name}")


def _check_whole(
    entry: Source, url: str, features: list[dict[str, Any]], announced: object
) -> None:
    if not features:
        raise BadDownload(entry, url, "le service WFS ne donne aucun objet pour ce territoire")
    ids = [feature.get("id") for feature in features if feature.get("id")]
    if len(set(ids)) < len(ids):
        raise BadDownload(entry, url, "les pages du service WFS se répètent")
    if isinstance(announced, int) and announced != len(features):
        reason = f"{len(features)} objets reçus au lieu des {announced} annoncés"
        raise BadDownload(entry, url, reason)


def _communes(
    entry: Source, destination: Path, client: Client, endpoints: Endpoints, params: dict[str, str]
) -> Fetched:
    url = f"{endpoints.geo_api}/communes"
    rows = _commune_rows(entry, url, client, params)
    return publish_json(rows, destination, entry, url)


def _commune_rows(
    entry: Source, url: str, client: Client, params: dict[str, str]
) -> list[dict[str, Any]]:
    """The rows of the answer, by code, each with all the fields asked (None when unknown)."""
    rows = client.get_json(url, entry, params)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BadDownload(entry, url, "la réponse d'API géo n'est pas une liste de communes")
    if not rows:
        raise BadDownload(entry, url, "API géo ne donne aucune commune pour ce territoire")
    if not all(isinstance(row.get("code"), str) for row in rows):
        raise BadDownload(entry, url, "API géo donne des communes sans code")
    names = params["fields"].split(",")
    whole = [{name: row.get(name) for name in names} for row in rows]
    return sorted(whole, key=lambda row: str(row["code"]))


def _feature(row: dict[str, Any]) -> dict[str, Any]:
    properties = {name: value for name, value in row.items() if name != "contour"}
    return {"type": "Feature", "properties": properties, "geometry": row["contour"]}
