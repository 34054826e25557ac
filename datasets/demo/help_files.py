"""The files that say who helps: France services, digital advisers, mediators of the city policy."""

from __future__ import annotations

import numpy as np
from shapely.geometry import Point

from datasets.demo import names
from datasets.demo.care_files import degrees
from datasets.demo.files import RawFolder, Record, collection, crs84, feature, json_lines, records
from datasets.demo.geography_files import postcode
from datasets.demo.island import Commune, generator, to_lonlat
from datasets.demo.quarters import Neighbourhood

_FS_COLUMNS = (
    "id_fs,insee_dep,lib_fs,adresse,complement_adresse,insee_com,code_postal,lib_com,latitude,"
    "longitude,mail,telephone,h_lundi,h_mardi,h_mercredi,h_jeudi,h_vendredi,h_samedi,prise_rdv,"
    "commentaire,type_fs,format_fs,groupe_fs,labellisation_fs"
)
_DAY = "09:00 - 12:00 / 13:30 - 17:00"
_MORNING = "09:00 - 12:00"
_WEEK = {f"h_{day}": _DAY for day in ("lundi", "mardi", "mercredi", "jeudi", "vendredi")}
_ANTENNA_WEEK = {"h_mardi": _MORNING, "h_jeudi": _MORNING}
# commune, offset in km, type, format
_FRANCE_SERVICES = (
    (names.MAIN, 0.1, 0.2, "Principal", "Fixe"),
    (names.MAIN, 2.2, 2.2, "Principal", "Fixe"),
    (names.MAIN, -0.4, -2.8, "Antenne", "Fixe"),
    (names.NORTH, 0.1, 0.1, "Principal", "Fixe"),
    (names.SOUTH, -0.3, 0.3, "Principal", "Fixe"),
    (names.MILL, 0.1, 0.0, "Principal", "Fixe"),
    ("Les Salines-Rousses", 0.0, 0.1, "Principal", "Fixe"),
    ("Courtavance", 0.1, 0.0, "Principal", "Fixe"),
    ("La Haie-Dormante", 0.0, 0.1, "Principal", "Fixe"),
    ("Genêtville", 0.0, 0.0, "Principal", "Fixe"),
    ("La Motte-Cendrée", 0.1, 0.1, "Antenne", "Fixe"),
    ("Vieux-Phare", 0.0, 0.0, "Principal", "Fixe"),
    ("Grèvelongue", 0.0, 0.1, "Principal", "Bus"),
    ("Carnoval", 0.0, 0.0, "Principal", "Itinérante"),
)


def write_france_services(folder: RawFolder, communes: list[Commune]) -> None:
    """Fourteen points, without mail or telephone."""
    by_name = {commune.name: commune for commune in communes}
    rows: list[Record] = []
    for rank, (town, dx, dy, kind, form) in enumerate(_FRANCE_SERVICES, start=1):
        commune = by_name[town]
        lon, lat = degrees(commune.x_km + dx, commune.y_km + dy)
        rows.append(
            {
                "id_fs": str(rank),
                "insee_dep": names.DEPARTEMENT,
                "lib_fs": f"France services de {town} (fictif)",
                "adresse": f"{rank} rue Imaginaire",
                "insee_com": commune.code,
                "code_postal": postcode(commune),
                "lib_com": town,
                "latitude": float(lat),
                "longitude": float(lon),
                **(_ANTENNA_WEEK if kind == "Antenne" else _WEEK),
                "prise_rdv": "Non",
                "commentaire": names.FICTION,
                "type_fs": kind,
                "format_fs": form,
                "labellisation_fs": "Espace labellisé 01/01/2023",
            }
        )
    data = records(_FS_COLUMNS, rows, quoted=True)
    folder.write("france_services", "liste-fs-20240801.csv", data)


# host, commune, posts, in a QPV, known position
_ADVISERS = (
    ("VILLE DE PORTMARANCE (FICTIVE)", names.MAIN, 4, True, True),
    ("ASSOCIATION LES PASSERELLES (FICTIVE)", names.MAIN, 2, True, True),
    ("CU PORTMARANCE RADE (FICTIVE)", names.MAIN, 3, False, True),
    ("VILLE DE FORT-CALUNE (FICTIVE)", names.NORTH, 2, True, True),
    ("CENTRE SOCIAL DU LEVANT (FICTIF)", names.NORTH, 1, True, True),
    ("VILLE DE SAINTE-ORLAINE (FICTIVE)", names.SOUTH, 1, False, True),
    ("COMMUNE DE BREVAUDE (FICTIVE)", names.MILL, 1, False, True),
    ("COMMUNE DE MONTORVAL (FICTIVE)", "Montorval", 1, False, True),
    ("SYNDICAT NUMERIQUE D'HESPERANE (FICTIF)", "Courtavance", 2, False, True),
    ("ASSOCIATION DES ILOTS (FICTIVE)", "Vieux-Phare", 1, False, False),
)


def write_digital_advisers(folder: RawFolder, communes: list[Commune]) -> None:
    """Ten hosts of digital advisers; one has no coordinates, as happens."""
    by_name = {commune.name: commune for commune in communes}
    random = generator(600)
    rows: list[Record] = []
    for rank, (host, town, posts, in_qpv, placed) in enumerate(_ADVISERS, start=1):
        commune = by_name[town]
        shift = random.uniform(-0.5, 0.5, 2)
        spot = np.array([[commune.x_km + shift[0], commune.y_km + shift[1]]])
        lon, lat = to_lonlat(spot, 4)[0].tolist()
        address = f"{rank} RUE IMAGINAIRE"
        zipcode = postcode(commune)
        rows.append(
            {
                "raison_sociale": host,
                "commune_insee": town,
                "département": names.ISLAND.upper(),
                "région": names.ISLAND,
                "nb_cnfs": posts,
                "date_de_validation_en_comité_de_sélection": "2021-05-19",
                "type": "privée" if "ASSOCIATION" in host else "publique",
                "siret": f"999100{rank:03d}00011",
                "code_département": names.DEPARTEMENT,
                "adresse": f"{address}\n{zipcode} {town.upper()}",
                "insee_com": commune.code,
                "code_postal": int(zipcode),
                "zrr": "non",
                "qpv": "oui" if in_qpv else None,
                "france_services": "non",
                "code_postal_bis": zipcode,
                "latitude": lat if placed else None,
                "longitude": lon if placed else None,
                "result_score": 0.9 if placed else None,
                "id": rank,
                "insee_dep": names.DEPARTEMENT,
                "lib_dep": names.ISLAND,
                "insee_reg": names.REGION,
                "lib_reg": names.ISLAND,
            }
        )
    folder.write("conseillers_numeriques", "cnfs.json", json_lines(rows))


# contract, EPCI rank, label, posts
_CONTRACTS = (
    ("CN09901M", 0, "99 - CU Portmarance Rade (fictif)", 19),
    ("CN09902M", 1, "99 - CA du Levant calunois (fictif)", 8),
    ("CN09903M", 2, "99 - CA du Pays d'Orlaine (fictif)", 3),
    ("CN09904M", 3, "99 - CC des Landes de Brévaude (fictif)", 1),
)
_AMOUNTS_EUR = (22810.61, 22810.61, 15207.07)


def write_adult_relays(folder: RawFolder, quarters: list[Neighbourhood]) -> None:
    """Posts of mediators of the city policy, and the contracts they are tied to."""
    rows: list[Record] = []
    features: list[Record] = []
    for code, rank, label, posts in _CONTRACTS:
        _, epci, x, y = names.EPCIS[rank]
        for post in range(posts):
            record: Record = {
                "id_poste": f"09924R{rank:03d}{post:03d}",
                "code_tiers": f"999200{rank:03d}{post % 4:03d}18",
                "raison_sociale": f"ASSOCIATION FICTIVE DE MEDIATION {rank + 1}-{post % 4 + 1}",
                "annee": 2024,
                "montant": _AMOUNTS_EUR[post % 3],
                "code_cv": code,
                "insee_dep": names.DEPARTEMENT,
                "insee_reg": names.REGION,
            }
            rows.append(record)
            if rank == 0 and post == 4:
                # Two payments for one post: the published file has such repeats.
                rows.append(record | {"montant": 7603.54})
        people = sum(
            quarter.facts.population for quarter in quarters if quarter.communes[0].epci == epci
        )
        features.append(
            feature(
                {
                    "codgeo": epci,
                    "code_cv": code,
                    "lib_cv": label,
                    "insee_dep": names.DEPARTEMENT,
                    "pop": float(people),
                },
                Point(x, y),
            )
        )
    folder.write("adultes_relais", "adulte-relais-2024.json", json_lines(rows))
    data = collection(features, name="geom_cv_ctr", crs=crs84())
    folder.write("adultes_relais", "geom_cv_ctr_2024.json", data)
