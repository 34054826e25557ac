"""The files that say where care is: practices, accessibility workbooks, hospitals, centres."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np

from datasets.demo import names
from datasets.demo.care import GP, NURSE, QUALITIES, Accessibility, Practice, Trade, accessibility
from datasets.demo.files import RawFolder, records, table, workbook, zipped
from datasets.demo.geography_files import postcode
from datasets.demo.island import Commune, to_lonlat
from datasets.demo.town import Iris

_BPE_COLUMNS = (
    "AAV2020;AN;BV2012;DEP;DEPCOM;DOM;EPCI;DCIRIS;LAMBERT_X;LAMBERT_Y;QP;QUALI_IRIS;QUALI_QP;"
    "QUALITE_XY;REG;SDOM;TYPEQU;UU2020"
)
_APL_YEARS = (2022, 2023)


def write_practices(folder: RawFolder, practices: list[Practice]) -> None:
    """The BPE with positions, in the layout of 2021 (its ``QP`` is of the 2015 generation)."""
    degrees = to_lonlat(np.array([[one.x_km, one.y_km] for one in practices]), 6)
    metres = gpd.GeoSeries.from_xy(degrees[:, 0], degrees[:, 1], crs=4326).to_crs(2154)
    rows = []
    for one, point in zip(practices, metres, strict=True):
        rows.append(_facility(one, float(point.x), float(point.y)))
    rows.sort(key=lambda row: (row[4], row[16]))
    data = table(_BPE_COLUMNS.split(";"), rows)
    folder.write("bpe", "BPE21.zip", zipped("BPE21.csv", data))


def _facility(one: Practice, x_m: float, y_m: float) -> tuple[str, ...]:
    irised = one.commune.name in names.IRIS_COUNT
    placed, doubtful = one.quality != QUALITIES[3], one.quality in QUALITIES[2:]
    iris = one.commune.code
    if irised and one.iris and placed:
        iris = f"{one.commune.code}_{one.iris[5:]}"
    return (
        "99A" if one.commune.kind in ("ville", "banlieue") else "000",
        str(names.BPE_YEAR),
        "99B01",
        names.DEPARTEMENT,
        one.commune.code,
        "D",
        one.commune.epci,
        iris,
        f"{x_m:.2f}" if placed else "",
        f"{y_m:.2f}" if placed else "",
        (one.quarter_2015 or "CSZ") if not doubtful else "CSZ",
        "3" if doubtful else "1",
        "3" if doubtful else "1",
        one.quality,
        names.REGION,
        one.trade.sdom,
        one.trade.typequ,
        "99701" if one.commune.kind in ("ville", "banlieue") else "99000",
    )


def write_accessibility(
    folder: RawFolder, communes: list[Commune], iris: list[Iris], practices: list[Practice]
) -> None:
    """The workbooks of general practitioners and of nurses, two years each."""
    for source_id, file, who, unit, trade in (
        (
            "apl_mg",
            "apl_medecins_generalistes.xlsx",
            "médecins généralistes",
            "En nombre de consultations/visites accessibles par an et par habitant standardisé",
            GP,
        ),
        (
            "apl_infirmiers",
            "data_apl_infirmiers.xlsx",
            "infirmières",
            "En ETP pour 100 000 habitants standardisés",
            NURSE,
        ),
    ):
        figures = accessibility(communes, iris, practices, trade)
        sheets: dict[str, Sequence[Sequence[object]]] = {
            "Paramètres": [
                [f"Paramètres de l'indicateur d'APL aux {who}"],
                [],
                ["Données fictives : ce classeur n'est pas de la Drees."],
            ]
        }
        for year in _APL_YEARS:
            sheets[f"APL {year}"] = _sheet(communes, figures, year, who, unit, trade)
        folder.write(source_id, file, workbook(sheets))


def _sheet(
    communes: list[Commune], figures: Accessibility, year: int, who: str, unit: str, trade: Trade
) -> list[list[object]]:
    label = "pour la médecine générale" if trade is GP else "pour les infirmières"
    title = f"APL aux {who}"
    ages = ["", " de 65 ans ou moins", " de 62 ans ou moins"] if trade is GP else [""]
    header = ["Code commune INSEE", "Commune", *[title + age for age in ages]]
    header += [f"Population standardisée {year - 2} {label}", f"Population totale {year - 2}"]
    rows: list[list[object]] = [
        [f"Indicateur d'accessibilité potentielle localisée (APL) {year} aux {who}"],
        [],
        [f"Millésime : {year}"],
        ["Sources : données fictives."],
        [f"Champ : {names.ISLAND}, département fictif."],
        ["Lecture : données fictives."],
        [
            "Note : Pour calculer un APL moyen, l'APL communal doit être pondéré par la "
            "population standardisée."
        ],
        [],
        [*header],
        [None, None, *[unit] * len(ages), "En nombre d'habitants standardisés"],
    ]
    rows[-1].append("En nombre d'habitants")
    # Access fell a little from one year to the next; a tenth of the practitioners near 65.
    trend = 1.0 if year == max(_APL_YEARS) else 1.02
    for index, commune in enumerate(communes):
        value = float(figures.access[index]) * trend
        younger = [value, value * 0.91, value * 0.83][: len(ages)]
        rows.append(
            [
                commune.code,
                commune.name,
                *[round(one, 3) for one in younger],
                round(float(figures.standardised[index]), 3),
                commune.population,
            ]
        )
    return rows


# name, commune, offset in km from its seat, official type
_HOSPITALS = (
    ("CENTRE HOSPITALIER DE PORTMARANCE (FICTIF)", names.MAIN, 0.8, -1.4, "C.H."),
    ("CENTRE HOSPITALIER DU LEVANT CALUNOIS (FICTIF)", names.NORTH, -0.5, 0.8, "C.H."),
    ("HOPITAL LOCAL DE SAINTE-ORLAINE (FICTIF)", names.SOUTH, 0.7, 0.6, "local"),
)
_HOSPITAL_TYPES = {
    "C.H.": "Centre Hospitalier (C.H.)",
    "local": "Centre hospitalier, ex Hôpital local",
}
_HOSPITAL_COLUMNS = (
    "id,hospital_name,site_name,lat,lon,geo_qual,street,house_number,postcode,city,cc,country,"
    "cap_beds,cap_prac,cap_rooms,emergency,facility_type,public_private,list_specs,tel,email,"
    "url,ref_date,pub_date,comments"
)


def write_hospitals(folder: RawFolder, communes: list[Commune]) -> None:
    """Three hospitals, in the layout of Eurostat's national file."""
    by_name = {commune.name: commune for commune in communes}
    rows = []
    for rank, (name, town, dx, dy, kind) in enumerate(_HOSPITALS, start=1):
        commune = by_name[town]
        lon, lat = degrees(commune.x_km + dx, commune.y_km + dy)
        rows.append(
            {
                "id": f"9900000{rank:02d}",
                "hospital_name": name,
                "lat": lat,
                "lon": lon,
                "geo_qual": "1",
                "street": "RUE DE L'HOPITAL",
                "house_number": str(10 * rank),
                "postcode": postcode(commune),
                "city": town.upper(),
                "cc": "FR",
                "country": "France",
                "facility_type": _HOSPITAL_TYPES[kind],
                "public_private": "public",
                "ref_date": "06/03/2020",
                "pub_date": "16/04/2020",
                "comments": names.FICTION,
            }
        )
    folder.write("hospitals", "FR.csv", records(_HOSPITAL_COLUMNS, rows))


# name, commune, offset in km, FINESS category
_CENTRES = (
    ("CDS DES AMARRES (FICTIF)", names.MAIN, 1.1, 1.0, "124"),
    ("CDS MUNICIPAL DE PORTMARANCE (FICTIF)", names.MAIN, -0.6, 0.3, "124"),
    ("CDS DES FORGES (FICTIF)", names.NORTH, -1.2, -0.6, "124"),
    ("CDS DE LA RADE (FICTIF)", "Les Salines-Rousses", 0.3, 0.1, "124"),
    ("MSP DU PAYS D'ORLAINE (FICTIVE)", names.SOUTH, -0.7, 0.2, "603"),
    ("MSP DE VALLORLAINE (FICTIVE)", "Vallorlaine", 0.2, 0.2, "603"),
    ("MSP DU MONTORVAL (FICTIVE)", "Montorval", 0.1, -0.4, "603"),
    ("MSP DES LANDES (FICTIVE)", "Ormelune", 0.1, 0.1, "603"),
    ("CPTS PORTMARANCE RADE (FICTIVE)", names.MAIN, 0.2, -0.3, "604"),
)
_CATEGORIES = {
    "124": ("Centre de Santé", "Soins de ville"),
    "603": ("Maison de santé (L.6223-3)", "Soins de ville"),
    "604": (
        "Communautés professionnelles territoriales de santé (CPTS)",
        "Coordination / Administration",
    ),
}
_FINESS_COLUMNS = (
    "numero finess etablissement juridique,numero finess etablissement,"
    "libelle description equipement sociaux,libta_equipement,rsej,activite,libelle activite,"
    "forme,libelle forme,nofinessej_1,raison_sociale,rslongue,code commune,departement,"
    "libelle departement,categetab,categorie,latitude,longitude,type d etablissements,code_insee"
)


def write_centres(folder: RawFolder, communes: list[Commune]) -> None:
    """Health centres and group practices, in the layout of the re-exposed FINESS."""
    by_name = {commune.name: commune for commune in communes}
    rows = []
    for rank, (name, town, dx, dy, category) in enumerate(_CENTRES, start=1):
        commune = by_name[town]
        lon, lat = degrees(commune.x_km + dx, commune.y_km + dy)
        label, family = _CATEGORIES[category]
        rows.append(
            {
                "numero finess etablissement": f"9900010{rank:02d}",
                "nofinessej_1": f"9900020{rank:02d}",
                "raison_sociale": name,
                "rslongue": name,
                "code commune": commune.code[2:],
                "departement": names.DEPARTEMENT,
                "libelle departement": "ILE D'HESPERANE (FICTIF)",
                "categetab": category,
                "categorie": label,
                "latitude": lat,
                "longitude": lon,
                "type d etablissements": family,
                "code_insee": commune.code,
            }
        )
    folder.write("finess", "finess_demo.csv", records(_FINESS_COLUMNS, rows))


def degrees(x_km: float, y_km: float) -> tuple[str, str]:
    """Longitude and latitude, as text with 5 decimals."""
    lon, lat = to_lonlat(np.array([[x_km, y_km]]))[0].tolist()
    return f"{lon:.5f}", f"{lat:.5f}"
