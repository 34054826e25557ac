"""The files that say where things are: QPV of both generations, communes, IRIS, population."""

from __future__ import annotations

import numpy as np

from datasets.demo import names
from datasets.demo.files import (
    RawFolder,
    Record,
    collection,
    crs84,
    feature,
    json_lines,
    table,
    zipped,
)
from datasets.demo.island import Commune, generator, to_lonlat
from datasets.demo.quarters import Neighbourhood
from datasets.demo.town import Iris

_QPV_MEMBER = "GEOJSON/QP2024_France_Hexagonale_Outre_Mer_WGS84.geojson"
_CENSUS = (
    "IRIS;COM;TYP_IRIS;LIB_IRIS;P22_POP;P22_POP0014;P22_POP5564;P22_POP6579;P22_POP80P;"
    "P22_POP65P;P22_POP75P"
)
# QPV outlines keep more digits than communes: one street can be in or out.
_QPV_DECIMALS = 6


def write_qpv(folder: RawFolder, quarters: list[Neighbourhood], lost: Neighbourhood) -> None:
    """QPV 2024 in their zip, QPV 2015, and the table that links the two."""
    name = "QP2024_France_Hexagonale_Outre_Mer_WGS84"
    features = [
        feature(
            {
                "code_qp": quarter.facts.code,
                "lib_qp": quarter.facts.label,
                "insee_com": ", ".join(commune.code for commune in quarter.communes),
                "lib_com": ", ".join(commune.name for commune in quarter.communes),
                "insee_dep": names.DEPARTEMENT,
                "siren_epci": quarter.communes[0].epci,
            },
            quarter.outline,
            _QPV_DECIMALS,
        )
        for quarter in quarters
    ]
    data = collection(features, name=name, crs=crs84())
    folder.write("qpv_2024", "qpv-2024-geojson.zip", zipped(_QPV_MEMBER, data))
    old = [
        feature(
            {
                "code_qp": quarter.facts.code_2015,
                "nom_qp": quarter.facts.label,
                "commune_qp": ", ".join(commune.name for commune in quarter.communes),
            },
            quarter.outline_2015,
            _QPV_DECIMALS,
        )
        for quarter in [*quarters, lost]
        if quarter.outline_2015 is not None
    ]
    folder.write(
        "qpv_2015", "qpv2015_demo.geojson", collection(old, name="qpv2015_demo", crs=crs84())
    )
    folder.write(
        "qpv_2015_2024",
        "liste-correspondance-qp2024-qp2015.csv",
        table(
            ("qp2024", "label_qp2024", "statut", "qp2015_1", "label_qp2015_1"),
            [_link(quarter.facts) for quarter in quarters],
            separator=",",
        ),
    )


def _link(facts: names.Quarter) -> tuple[str, ...]:
    change = {"N": "NOUVEAU", "M": "MODIFIE", "I": "INCHANGE"}[facts.code[-1]]
    return (
        facts.code,
        facts.label,
        change,
        facts.code_2015,
        facts.label if facts.code_2015 else "",
    )


def write_communes(folder: RawFolder, communes: list[Commune]) -> None:
    """Communes as geo.api.gouv.fr gives them: with outlines, and as a national list.

    The island has no municipal arrondissements: the file of these is not written.
    """
    with_outline = [
        feature(_properties(commune, outline=True), commune.outline) for commune in communes
    ]
    folder.write("communes", "departement-99.geojson", collection(with_outline))
    folder.write(
        "communes",
        "france.json",
        json_lines([_properties(commune, outline=False) for commune in communes]),
    )


def _properties(commune: Commune, *, outline: bool) -> Record:
    inside = commune.outline.representative_point()
    centre = commune.outline.centroid
    if not commune.outline.contains(centre):
        centre = inside
    properties: Record = {
        "nom": commune.name,
        "code": commune.code,
        "population": commune.population,
        "codeEpci": commune.epci,
        "codeDepartement": names.DEPARTEMENT,
        "codeRegion": names.REGION,
    }
    if outline:
        properties["codesPostaux"] = [postcode(commune)]
    properties["centre"] = _point(centre.x, centre.y)
    properties["mairie"] = _point(commune.x_km, commune.y_km)
    return properties


def postcode(commune: Commune) -> str:
    """A postcode shared by neighbouring codes, as in real life."""
    return f"{names.DEPARTEMENT}{int(commune.code[2:]) // 10 * 10 + 100:03d}"


def _point(x_km: float, y_km: float) -> Record:
    lon, lat = to_lonlat(np.array([[x_km, y_km]]))[0].tolist()
    return {"type": "Point", "coordinates": [lon, lat]}


def write_iris(folder: RawFolder, iris: list[Iris]) -> None:
    """IRIS outlines (the irised towns), census counts, disposable income."""
    irised = [one for one in iris if one.kind != "Z"]
    features = []
    for number, one in enumerate(irised, start=1):
        properties = {
            "code_iris": one.code,
            "code_insee": one.commune.code,
            "nom_iris": one.label,
            "type_iris": one.kind,
            "nom_commune": one.commune.name,
        }
        shape = feature(properties, one.outline)
        features.append(
            {
                "type": "Feature",
                "id": f"contours_iris.{number}",
                "geometry": shape["geometry"],
                "properties": properties,
            }
        )
    count = len(features)
    data = collection(
        features, totalFeatures=count, numberMatched=count, numberReturned=count, crs=crs84()
    )
    folder.write("iris_contours", "iris-99.geojson", data)
    _write_population(folder, iris)
    _write_income(folder, irised)


def _write_population(folder: RawFolder, iris: list[Iris]) -> None:
    random = generator(400)
    rows = []
    for one in iris:
        # From the share aged 60 or more: the older bands follow it, the children oppose it.
        over_64 = one.ageing * random.uniform(0.74, 0.80)
        over_79 = over_64 * random.uniform(0.26, 0.34)
        over_74 = over_79 * random.uniform(1.5, 1.7)
        child = 0.29 - 0.42 * one.ageing + 0.10 * one.poverty
        middle = 0.10 + 0.09 * one.ageing
        shares = (child, middle, over_64 - over_79, over_79, over_64, over_74)
        counts = [f"{one.population * share:.4f}" for share in shares]
        rows.append((one.code, one.commune.code, one.kind, one.label, one.population, *counts))
    year = names.CENSUS_YEAR
    folder.write(
        "iris_population",
        f"base-ic-evol-struct-pop-{year}_csv.zip",
        zipped(f"base-ic-evol-struct-pop-{year}.CSV", table(_CENSUS.split(";"), rows)),
    )


def median_income(poverty: float) -> int:
    """Median disposable income per consumption unit (€/yr) that goes with a poverty rate."""
    return int(round(25_300 - 24_000 * poverty, -1))


def _write_income(folder: RawFolder, irised: list[Iris]) -> None:
    random = generator(401)
    rows: list[tuple[str, str, str]] = []
    for one in irised:
        hidden = one.kind != "H" or one.population < 1_200 or random.uniform() < 0.06
        rate = f"{round(one.poverty * 100):d},0"
        median = str(median_income(one.poverty) + int(random.integers(-40, 40)) * 10)
        rows.append((one.code, "ns" if hidden else rate, "ns" if hidden else median))
    folder.write(
        "filosofi_iris",
        "BASE_TD_FILO_IRIS_2021_DISP_CSV.zip",
        zipped(
            "BASE_TD_FILO_IRIS_2021_DISP.csv",
            table(("IRIS", "DISP_TP6021", "DISP_MED21"), rows),
        ),
    )
