"""``qpv locate``: points and addresses, the national geocoder, a local base, and bad tables."""

from __future__ import annotations

import csv
import gzip
import io
import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box, mapping

import cli
from datasets import address_base, address_service
from datasets.address_service import AddressPrecision, Geocoder
from datasets.address_words import folded, number_and_street
from datasets.endpoints import Policy
from datasets.fetch_errors import BadDownload, SourceUnreachable
from tests.datasets.web import Site, serving

PATH = "/geocodage/search/csv"


@pytest.fixture
def run(monkeypatch, capsys, tmp_path):
    def command(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["qpv", *map(str, words)])
        monkeypatch.setenv("QPV_DATA", str(tmp_path / "nothing"))
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return command


@pytest.fixture
def outlines(tmp_path: Path) -> Path:
    feature = {
        "type": "Feature",
        "properties": {"code_qp": "QN04217M", "lib_qp": "=Centre", "insee_com": "42187"},
        "geometry": mapping(box(4.0, 46.0, 4.0201, 46.0201)),
    }
    path = tmp_path / "qpv.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    return path


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


def test_points_get_their_quarter_and_the_file_opens_in_a_spreadsheet(run, tmp_path, outlines):
    (tmp_path / "p.csv").write_text("id;lon;lat\na;4,01;46,0101\nb;4.01;46.0202\nc;;\n")
    out = tmp_path / "o.csv"
    code, out_text, told = run(
        "locate", tmp_path / "p.csv", "--out", out, "--qpv", outlines, "--json"
    )
    assert code == 0, told
    first, second, third = rows(out)
    assert (first["code_qp"], first["limite"], first["generation"]) == ("QN04217M", "non", "2024")
    assert float(first["distance_m"]) == pytest.approx(-777, abs=8)
    assert first["label"] == "'=Centre"
    assert (second["code_qp"], second["limite"]) == ("", "oui")
    assert (third["statut"], third["distance_m"], third["limite"]) == ("sans position", "", "")
    share = json.loads(out_text)["generations"][0]
    assert (share["points"], share["placed"], share["inside"], share["limit"]) == (3, 2, 1, 1)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["o.csv", "p.csv", "qpv.geojson"]


def test_a_built_territory_gives_its_quarters(run, tmp_path, demo_data, demo_layers):
    spot = demo_layers.geo("qpv").geometry.iloc[0].representative_point()
    (tmp_path / "p.csv").write_text(f"id,lon,lat\na,{spot.x},{spot.y}\nb,-4.0,48.0\n")
    out = tmp_path / "o.csv"
    code, _, told = run(
        "locate", tmp_path / "p.csv", "--out", out, "--territory", "demo", "--data", demo_data
    )
    assert code == 0, told
    assert [row["statut"] for row in rows(out)] == ["situé", "hors du territoire"]
    assert rows(out)[0]["code_qp"] == demo_layers["qpv"]["code_qp"].iloc[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id,lon,lat\na,200,46\n", "« 200 »"),
        ("id,lon,lat\na,quatre,46\nb,4,\n", "ligne 2"),
        ("id,lon,lat\na,4,46\na,4,46\n", "identifiant en double"),
        ("id,nom\na,b\n", "ni coordonnées ni adresses"),
        ("id,lon,lat\n", "aucune ligne"),
        ("id,address\na,\n", "aucune adresse écrite"),
        ("id,address\na,1 rue\n", "--service"),
        ("id,lon,lat\na,4\n", "ligne 2"),
        ("id,lon,lat,precision_m\na,4,46,-3\n", "négatif"),
    ],
)  # fmt: skip
def test_a_bad_table_is_refused_and_nothing_is_written(run, tmp_path, outlines, text, said):
    (tmp_path / "p.csv").write_text(text)
    ban = ["--ban", base(tmp_path)] if "aucune adresse" in said else []
    code, _, told = run(
        "locate", tmp_path / "p.csv", "--out", tmp_path / "o.csv", "--qpv", outlines, *ban
    )
    assert code == 1
    assert said in told
    assert not (tmp_path / "o.csv").exists()


# ------------------------------------------------------------------ the national geocoder


def answered(body: bytes, kinds=("housenumber",), scores=("0.9",), at=(4.0, 46.0)) -> bytes:
    """What the service adds to the table it was sent (multipart form); ``at``: the first place."""
    table = body.split(b"\r\n\r\n")
    sent = next(part for part in table if part.startswith(b"n,")).split(b"\r\n--")[0].decode()
    lines = list(csv.DictReader(io.StringIO(sent)))
    out = io.StringIO()
    fields = ["n", "address", "postcode", "city", *address_service._ANSWER]
    writer = csv.DictWriter(out, fields)
    writer.writeheader()
    for place, line in enumerate(lines):
        writer.writerow(
            {
                **line, "longitude": at[0] + int(line["n"]) / 1000, "latitude": at[1],
                "result_score": scores[place % len(scores)],
                "result_type": kinds[place % len(kinds)], "result_label": line["address"].upper(),
            }
        )  # fmt: skip
    return out.getvalue().encode()


@pytest.fixture
def site():
    with serving() as running:
        yield running


def settings(site: Site, folder: Path, **more) -> Geocoder:
    policy = Policy(attempts=2, silent_attempts=1, pause_s=0.0, first_wait_s=0.0)
    more = {"chunk": 2, "policy": policy, "sleep": lambda seconds: None, **more}
    return Geocoder(folder, geopf=site.url, **more)


def addresses(*texts: str, city: str = "Roanne", postcode: str = "42300") -> pd.DataFrame:
    return pd.DataFrame(
        {"address": list(texts), "postcode": postcode, "city": city}, index=range(7, 7 + len(texts))
    )


def test_addresses_are_sent_by_chunks_and_kept_by_score_and_kind(site, tmp_path):
    kinds = ("housenumber", "street", "municipality", "housenumber", "")
    site.put(PATH, lambda asked: answered(asked.body, kinds, ("0.9", "0.8", "0.95", "0.3", "")))
    found = address_service.geocode(
        addresses("1 rue a", "rue b", "c", "4 rue d", "e"), settings(site, tmp_path / "r", chunk=9)
    )
    assert found.index.tolist() == [7, 8, 9, 10, 11]
    said = ["numéro", "voie", "commune seulement", "trop incertaine", "introuvable"]
    assert found["precision_adresse"].tolist() == said
    assert found["lon"].notna().tolist() == [True, True, False, False, False]
    assert found["precision_m"].tolist()[:2] == [
        AddressPrecision().numero_m,
        AddressPrecision().voie_m,
    ]
    sent = site.asked_of(PATH)
    assert len(sent) == 1
    assert b"p1" not in sent[0].body
    assert not (tmp_path / "r").exists()


def test_a_cedex_loses_its_town_number_and_its_postal_code(site, tmp_path):
    site.put(PATH, lambda asked: answered(asked.body))
    address_service.geocode(
        addresses("1 rue a", city="ROANNE CEDEX 2"), settings(site, tmp_path / "r")
    )
    assert b"1 rue a,,ROANNE\n" in site.asked_of(PATH)[0].body


def test_a_stopped_run_goes_on_where_it_was(site, tmp_path):
    page = site.put(PATH, lambda asked: answered(asked.body), faults=["", "500", "500", "500"])
    asked = settings(site, tmp_path / "r")
    with pytest.raises(SourceUnreachable, match="service « Géocodage") as silent:
        address_service.geocode(addresses("1 a", "2 b", "3 c"), asked)
    # A service has no file to fetch and lay down by hand.
    assert "réessayez" in str(silent.value) and "raw/" not in str(silent.value)
    page.faults.clear()
    before = len(site.asked_of(PATH))
    found = address_service.geocode(addresses("1 a", "2 b", "3 c"), asked)
    assert found["lon"].notna().all()
    assert len(site.asked_of(PATH)) == before + 1
    assert not (tmp_path / "r").exists()


@pytest.mark.parametrize(
    "answer",
    [b"<html></html>", b"", b"n,longitude\n0,4\n",
     f"n,{','.join(address_service._ANSWER)}\n5,4,46,1,street,x\n".encode()],
)  # fmt: skip
def test_an_answer_that_is_not_one_is_refused(site, tmp_path, answer):
    site.put(PATH, answer)
    with pytest.raises(BadDownload, match="Géocodage"):
        address_service.geocode(addresses("1 rue a"), settings(site, tmp_path / "r"))


# ------------------------------------------------------------------ a local base


def base(folder: Path) -> Path:
    path = folder / "adresses-42.csv.gz"
    lines = ["numero;rep;nom_voie;code_postal;nom_commune;lon;lat"]
    lines += [f"{n};;Rue de Bourgogne;42300;Roanne;{4 + n / 1000};46.01" for n in (1, 3, 12)]
    lines += ["12;bis;Rue de Bourgogne;42300;Roanne;4.0125;46.011"]
    lines += ["7;;Avenue de l'Hôtel de Ville;42300;Roanne;4.02;46.02"]
    path.write_bytes(gzip.compress("\n".join(lines).encode()))
    return path


def test_a_local_base_finds_numbers_streets_and_small_faults(tmp_path):
    asked = addresses(
        "12 bis, RUE DE BOURGOGNE", "5 rue de bourgogne", "rue de bourgonne",
        "7 av. de l'Hotel-de-Ville",
        "3 rue Inconnue",
    )  # fmt: skip
    found = address_base.geocode(asked, address_base.read_base([base(tmp_path)]))
    assert found.index.tolist() == asked.index.tolist()
    assert found["precision_adresse"].tolist() == [
        "numéro",
        "voie",
        "voie",
        "numéro",
        "introuvable",
    ]
    assert found["lon"].tolist()[:1] == [4.0125]
    assert found["score"].tolist()[:2] == [1.0, 1.0]
    assert 0.8 < found["score"].iloc[2] < 1
    # Half the street: its addresses spread over 0.0115° of longitude.
    assert found["precision_m"].iloc[1] == pytest.approx(0.0057 * 77_472, rel=0.3)
    assert np.isnan(found["precision_m"].iloc[4])
    elsewhere = address_base.geocode(
        addresses("12 rue de Bourgogne", city="Lyon", postcode="69003"),
        address_base.read_base([base(tmp_path)]),
    )
    assert elsewhere["precision_adresse"].tolist() == ["introuvable"]


def test_the_command_places_addresses_without_network(run, tmp_path, outlines):
    (tmp_path / "p.csv").write_text(
        "id,address,postcode,city\na,12 rue de Bourgogne,42300,Roanne\nb,x,,\n"
    )
    out = tmp_path / "o.csv"
    code, _, told = run(
        "locate", tmp_path / "p.csv", "--out", out, "--qpv", outlines, "--ban", base(tmp_path)
    )
    assert code == 0, told
    first, second = rows(out)
    assert (first["code_qp"], first["precision_adresse"], first["score"]) == (
        "QN04217M",
        "numéro",
        "1.0",
    )
    assert (second["statut"], second["precision_adresse"]) == ("sans position", "introuvable")


def test_words_of_addresses_are_brought_to_one_writing():
    assert folded("12, Bd. de l'Hôtel-de-Ville") == "12 boulevard de l hotel de ville"
    assert number_and_street("12 B rue des Roses") == ("12 b", "rue des roses")
    assert number_and_street("Rue du 11 novembre") == ("", "rue du 11 novembre")
    assert number_and_street("8 mai 1945 (place du)")[0] == "8"
    assert folded("Œuvre") == "oeuvre"


def test_swapped_positions_are_told_and_right_ones_are_not(run, tmp_path, outlines):
    swapped, right, out = (tmp_path / name for name in ("s.csv", "r.csv", "o.csv"))
    swapped.write_text("id;lon;lat\na;46.01;4.01\nb;48.85;2.35\nc;4.01;46.01\n")
    right.write_text("id;lon;lat\na;4.01;46.01\nb;-52.3;4.9\nc;46.01;4.01\n")
    code, _, told = run("locate", swapped, "--qpv", outlines, "--out", out)
    assert code == 0 and "longitude et latitude semblent échangées" in told
    assert "échangées" not in run("locate", right, "--qpv", outlines, "--out", out)[2]


def test_each_line_that_cannot_be_in_france_is_told_counted_and_marked(
    run, tmp_path, outlines, demo_data
):
    asked, out = tmp_path / "p.csv", tmp_path / "o.csv"
    asked.write_text("id;lon;lat\na;4.01;46.01\nb;48.8;2.3\nc;13.4;52.5\nd;;\ne;55.5;-21.1\n")
    for among in (["--qpv", outlines], ["--territory", "demo", "--data", demo_data]):
        code, said, told = run("locate", asked, *among, "--out", out, "--json")
        assert code == 0
        told = " ".join(told.split())
        assert (
            "p.csv, ligne 3, colonnes lon et lat : « 48.8 ; 2.3 » n'est pas en France : longitude "
            "et latitude semblent inversées. Attendu : une longitude" in told
        )
        assert "ligne 4, colonnes lon et lat : « 13.4 ; 52.5 » n'est pas en France." in told
        assert "ligne 5" not in told and "ligne 6" not in told
        assert "2 points hors de France, dont 1 où lon et lat semblent inversées" in told
        assert (json.loads(said)["out_of_france"], json.loads(said)["swapped"]) == (2, 1)
        assert [(row["statut"], row["distance_m"]) for row in rows(out)][1:3] == [
            ("hors de France, lon et lat inversées ?", ""), ("hors de France", ""),
        ]  # fmt: skip
    asked.write_text("id;lon;lat\n" + "".join(f"{n};48.8;2.3\n" for n in range(8)))
    told = run("locate", asked, "--qpv", outlines, "--out", out)[2]
    assert told.count("n'est pas en France") == 5 and "3\u00a0autres lignes hors" in told


def test_every_bad_column_of_a_position_is_told_at_once(run, tmp_path, outlines):
    (tmp_path / "p.csv").write_text("id;lon;lat;precision_m\na;est;nord;-3\n")
    code, _, told = run(
        "locate", tmp_path / "p.csv", "--qpv", outlines, "--out", tmp_path / "o.csv"
    )
    assert code == 1 and "3 problèmes" in told
    assert "« est »" in told and "« nord »" in told and "« -3 »" in told
