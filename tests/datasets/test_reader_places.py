"""Help points, adultes-relais, hospitals and FINESS on small files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.readers.coordinates import checked_coordinates
from datasets.readers.establishments import read_finess, read_hospitals
from datasets.readers.help_points import read_conseillers_numeriques, read_france_services
from datasets.readers.schemes import read_adultes_relais
from datasets.reading import UnreadableFile
from geo.schema import validate

FS_HEADER = (
    '"id_fs","insee_dep","lib_fs","insee_com","latitude","longitude","mail","telephone",'
    '"h_lundi","h_samedi","commentaire","format_fs"\n'
)


def france_services(folder: Path, *rows: str) -> Path:
    path = folder / "liste-fs-20240801.csv"
    path.write_text(FS_HEADER + "".join(row + "\n" for row in rows), encoding="utf-8")
    return path


def fs_row(number: int, lat: str = "46.1", lon: str = "5.8", **changes: str) -> str:
    cells = {"com": "01033", "dep": "01", "lundi": "09:00 - 12:00", "format": "Fixe"} | changes
    return (
        f'"{number}","{cells["dep"]}","France services {number}","{cells["com"]}",{lat},{lon},'
        f'"accueil{number}@exemple.fr","04 00 00 00 00","{cells["lundi"]}",,"Mme Untel",'
        f'"{cells["format"]}"'
    )


def everything(frame: pd.DataFrame) -> str:
    return frame.drop(columns="geometry", errors="ignore").to_csv()


def test_france_services_without_contacts(tmp_path: Path) -> None:
    path = france_services(
        tmp_path,
        fs_row(1, lundi="09:00 - 12:00 / 13:30 - 17:00"),
        fs_row(2, "-12.78", "45.22", com="97611", dep="976", format="Bus_équivalent"),
        fs_row(3, "46.2", "5.9", format="Itinérante"),
        fs_row(4, "46.3", "6.0", format="Fixe_antenne(s)", lundi="écrire à x@exemple.fr"),
    )
    frame = validate("help_points", read_france_services(path).frame)
    assert frame["fixed"].tolist() == [True, False, False, True]
    assert frame["departement"].tolist() == ["01", "976", "01", "01"]
    assert frame["opening"].iloc[0] == "lundi 09:00 - 12:00 / 13:30 - 17:00"
    assert set(frame["vintage"]) == {"2024-08-01"}
    assert frame.geometry.x.tolist() == [5.8, 45.22, 5.9, 6.0]
    for secret in ("@", "04 00", "Untel"):
        assert secret not in everything(frame)


def test_france_services_lists_its_doubts(tmp_path: Path) -> None:
    path = france_services(
        tmp_path,
        fs_row(1),
        fs_row(2),
        fs_row(3, "", ""),
        fs_row(3, "46.5", "5.5"),
        fs_row(5, "46.5", "5.5", com="1033", dep="01"),
        fs_row(6, "5.6", "46.6"),
    )
    reading = read_france_services(path)
    frame = validate("help_points", reading.frame)
    assert frame["help_id"].tolist() == ["fs-1", "fs-2", "fs-3", "fs-5", "fs-6"]
    told = {(p.kind, p.line) for p in reading.problems if p.line}
    assert told == {("missing", 4), ("rejected", 5), ("rejected", 6), ("rejected", 7)}
    assert [p.count for p in reading.problems if p.kind == "suspect"] == [2]
    assert frame["precision"].tolist() == [
        "coordinates",
        "coordinates",
        "commune",
        "coordinates",
        "commune",
    ]
    assert frame.set_index("help_id").loc["fs-5", ["commune", "departement"]].tolist() == [
        "",
        "01",
    ]


def test_france_services_with_swapped_coordinates_are_refused(tmp_path: Path) -> None:
    path = france_services(tmp_path, fs_row(1, "5.8", "46.1"), fs_row(2, "5.9", "46.2"))
    with pytest.raises(UnreadableFile, match="inversées"):
        read_france_services(path)


def test_france_services_in_metres_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="degrés"):
        read_france_services(france_services(tmp_path, fs_row(1, "6482000", "808000")))


def as_json(folder: Path, rows: Any, name: str = "liste.json") -> Path:
    path = folder / name
    path.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    return path


def host(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": number,
        "raison_sociale": f"Employeur {number}",
        "insee_com": "01283",
        "code_département": "1",
        "code_postal": 1100,
        "insee_dep": "01",
        "latitude": 46.26,
        "longitude": 5.65,
        "qpv": None,
    } | changes


def test_conseillers_numeriques_are_no_finer_than_the_commune(tmp_path: Path) -> None:
    reading = read_conseillers_numeriques(
        as_json(
            tmp_path,
            [
                host(1),
                host(2, latitude=None, longitude=None),
                host(3, latitude=None, longitude=None, insee_com=None, insee_dep=None),
            ],
        )
    )
    frame = validate("help_points", reading.frame)
    assert frame["precision"].tolist() == ["commune", "commune", "unknown"]
    assert frame.geometry.isna().tolist() == [False, True, True]
    assert frame["departement"].tolist() == ["01", "01", ""]
    assert [p.value for p in reading.problems if p.kind == "missing"] == [
        "Employeur 2",
        "Employeur 3",
        "",
    ]


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        ('[{"id": 1', "coupé"),
        ('{"rows": []}', "liste d'objets"),
        ("[]", "raison_sociale"),
        ('[{"id": 1}]', "raison_sociale"),
        ("", "vide"),
    ],
)
def test_json_that_is_no_list_of_hosts(tmp_path: Path, content: str, wrong: str) -> None:
    path = tmp_path / "cnfs.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UnreadableFile, match=wrong):
        read_conseillers_numeriques(path)


def post(number: str, contract: str, **changes: Any) -> dict[str, Any]:
    return {
        "id_poste": number,
        "code_tiers": "27010003500012",
        "raison_sociale": "ASSOCIATION",
        "annee": 2024,
        "montant": 22810.61,
        "code_cv": contract,
        "insee_dep": "01",
        "insee_reg": "84",
    } | changes


def contracts(folder: Path, **points: Any) -> Path:
    features = [
        {
            "type": "Feature",
            "properties": {"code_cv": code, "lib_cv": f"Contrat {code}", "pop": 99999},
            "geometry": {"type": "Point", "coordinates": point} if point else None,
        }
        for code, point in points.items()
    ]
    return as_json(folder, {"type": "FeatureCollection", "features": features}, "contrats.json")


def test_adultes_relais_by_contract(tmp_path: Path) -> None:
    path = as_json(
        tmp_path,
        [
            post("A1", "CN00104M"),
            post("A2", "CN00104M", montant=1000.0),
            post("A2", "CN00104M", montant=1000.0),
            post("A3", "CN04203M", insee_dep="42"),
            post("A3", "CN00104M"),
            post("A4", "CN97401M", insee_dep="974"),
            post("A5", "CN04209M", insee_dep=None),
            post("", "CN00104M"),
        ],
    )
    points = contracts(
        tmp_path, CN00104M=[5.2, 46.2], CN04203M=None, CN97401M=[-3.0, 46.0], CN09999M=[5.0, 46.0]
    )
    reading = read_adultes_relais(path, points)
    frame = validate("schemes", reading.frame).set_index("code")
    assert frame["posts"].to_dict() == {
        "CN00104M": 2,
        "CN04203M": 1,
        "CN04209M": 1,
        "CN97401M": 1,
    }
    assert frame["departement"].tolist() == ["01", "42", "42", "974"]
    assert frame.geometry.notna().tolist() == [True, False, False, False]
    assert frame["label"].tolist() == [
        "Contrat CN00104M",
        "Contrat CN04203M",
        "",
        "Contrat CN97401M",
    ]
    kinds = {(p.kind, p.value) for p in reading.problems if p.value}
    assert kinds == {
        ("suspect", "A2"),
        ("suspect", "A3"),
        ("rejected", " / CN00104M"),
        ("unmatched", "CN04209M"),
    }


def test_adultes_relais_constant_amount_is_said(tmp_path: Path) -> None:
    path = as_json(tmp_path, [post("A1", "CN00104M"), post("A2", "CN00104M")])
    reading = read_adultes_relais(path)
    [told] = [p for p in reading.problems if p.column == "montant"]
    assert (told.kind, told.count, told.value) == ("suspect", 2, "22810.61")
    assert reading.frame.geometry.isna().all()
    assert not [p for p in reading.problems if p.kind == "unmatched"]
    validate("schemes", reading.frame)


def test_adultes_relais_of_two_years_are_refused(tmp_path: Path) -> None:
    path = as_json(tmp_path, [post("A1", "CN00104M"), post("A2", "CN00104M", annee="2025")])
    with pytest.raises(UnreadableFile, match="2024, 2025"):
        read_adultes_relais(path)


def test_labels_are_not_contracts(tmp_path: Path) -> None:
    path = as_json(tmp_path, [post("A1", "CN00104M")])
    labels = as_json(
        tmp_path,
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": {"CODGEO": "01004"},
                    "geometry": {"type": "Point", "coordinates": [5.3, 45.9]},
                }
            ],
        },
        "labels.json",
    )
    with pytest.raises(UnreadableFile, match="code_cv"):
        read_adultes_relais(path, labels)


HOSPITALS = "id,hospital_name,site_name,lat,lon,geo_qual,postcode,cc,tel,email,ref_date\n"


def test_hospitals_restore_their_finess_number(tmp_path: Path) -> None:
    path = tmp_path / "FR.csv"
    path.write_text(
        HOSPITALS
        + "10000024,CH DE BOURG,,46.2222,5.20879,1,01440,FR,474454647,a@b.fr,06/03/2020\n"
        + "2A0000022,CH DE CORSE,,41.9,8.7,3,20184,FR,,,06/03/2020\n"
        + "980500011,CH DE MAYOTTE,,-12.77,45.19,2,97600,YT,269618000,,06/03/2020\n"
        + "970500013,USLD,,,,1,97500,PM,,,06/03/2020\n"
        + "10000024,CH DE BOURG,,46.2222,5.20879,1,01440,FR,,,06/03/2020\n"
        + "12AB,PAS UN NUMERO,,46.2,5.2,1,01440,FR,,,06/03/2020\n",
        encoding="utf-8",
    )
    reading = read_hospitals(path)
    frame = reading.frame
    assert frame["finess"].tolist() == ["010000024", "2A0000022", "980500011", "970500013"]
    assert frame["departement"].tolist() == ["01", "2A", "976", "975"]
    assert frame["precision"].tolist() == ["coordinates", "commune", "coordinates", "unknown"]
    assert set(frame["profession"]) == {"hopital"}
    assert set(frame["commune"]) == {""}
    assert set(frame["vintage"]) == {"2020-03-06"}
    assert "474454647" not in everything(frame) and "@" not in everything(frame)
    told = {(p.kind, p.line) for p in reading.problems if p.line}
    assert told == {("rejected", 6), ("rejected", 7), ("missing", 5)}


FINESS = (
    "numero finess etablissement;libelle activite;raison_sociale;rslongue;code commune;"
    "departement;categetab;categorie;latitude;longitude;code_insee\n"
)


def test_finess_folds_its_lines_and_hides_owners(tmp_path: Path) -> None:
    path = tmp_path / "finess.csv"
    path.write_text(
        FINESS
        + "090002585;;PHARMACIE JEANNE UNTEL;;289;09;620;Pharmacie;43.008;1.1216;09289\n"
        + "310000001;Soins;CDS;CENTRE DE SANTE DE LA GARE;555;31;124;Centre;43,6;1,44;\n"
        + "310000001;Autres;CDS;CENTRE DE SANTE DE LA GARE;555;31;124;Centre;43,6;1,44;\n"
        + "310000002;;EHPAD;;555;31;500;EHPAD;43.6;1.44;31555\n"
        + "970400001;;MSP DU PORT;;07;974;603;MSP;;;97407\n",
        encoding="utf-8",
    )
    reading = read_finess(path)
    frame = reading.frame.set_index("finess")
    assert frame.index.tolist() == ["090002585", "310000001", "970400001"]
    assert frame["label"].tolist() == ["Pharmacie", "CENTRE DE SANTE DE LA GARE", "MSP DU PORT"]
    assert frame["commune"].tolist() == ["09289", "31555", "97407"]
    assert frame["departement"].tolist() == ["09", "31", "974"]
    assert frame["precision"].tolist() == ["coordinates", "coordinates", "commune"]
    assert frame["profession"].tolist() == ["pharmacie", "centre_de_sante", "maison_de_sante"]
    assert frame["lon"].iloc[1] == 1.44
    counts = {(p.kind, p.column): p.count for p in reading.problems}
    assert counts[("extra", "numéro FINESS")] == 1
    assert counts[("extra", "categetab")] == 1
    assert counts[("missing", "longitude, latitude")] == 1


def test_legacy_finess_in_two_blocks_is_refused_clearly(tmp_path: Path) -> None:
    path = tmp_path / "etalab-cs1100507.csv"
    path.write_bytes(
        "finess;etalab;93;2026-01-12\n"
        "structureet;010000024;010780054;CH DE BOURG;;;;900;RTE;DE PARIS;;;451;01;AIN\n"
        "geolocalisation;010000024;870215.7;6571590.5;1,ATLASANTE,LAMBERT_93;2026-01-12\n".encode(
            "cp1252"
        )
    )
    with pytest.raises(UnreadableFile, match=r"deux blocs.*numero finess etablissement"):
        read_finess(path)


@given(
    st.lists(
        st.tuples(
            st.floats(min_value=-5, max_value=9, allow_nan=False),
            st.floats(min_value=41.5, max_value=51, allow_nan=False),
        ),
        min_size=1,
        max_size=20,
    )
)
def test_good_coordinates_pass_untouched_and_swapped_ones_never(
    pairs: list[tuple[float, float]],
) -> None:
    lon = pd.Series([pair[0] for pair in pairs])
    lat = pd.Series([pair[1] for pair in pairs])
    lines = pd.Series(range(2, len(pairs) + 2))
    kept_lon, kept_lat, problems = checked_coordinates(
        lon, lat, lines=lines, source_id="x", file="x.csv"
    )
    assert kept_lon.equals(lon) and kept_lat.equals(lat) and problems == []
    with pytest.raises(UnreadableFile, match="inversées"):
        checked_coordinates(lat, lon, lines=lines, source_id="x", file="x.csv")


def test_one_impossible_pair_is_blanked_on_both_sides() -> None:
    lon = pd.Series([4.4, 0.0, 4.5, 4.6, float("nan")])
    lat = pd.Series([45.4, 0.0, 451.0, 45.6, 45.7])
    kept_lon, kept_lat, problems = checked_coordinates(
        lon, lat, lines=pd.Series([2, 3, 4, 5, 6]), source_id="x", file="x.csv"
    )
    assert kept_lon.notna().tolist() == kept_lat.notna().tolist()
    assert kept_lon.notna().tolist() == [True, False, False, True, False]
    assert [problem.line for problem in problems] == [3, 4]
