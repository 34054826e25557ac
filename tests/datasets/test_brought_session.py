"""A person's own files: judged line by line, joined for that person alone, nothing else changed."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from datasets.brought import indicators, practices
from datasets.brought.examine import RefusedForm
from datasets.brought.near_titles import meant
from datasets.brought.session import (
    FORMS,
    MAX_BYTES,
    BroughtFile,
    analyse_with,
    digest,
    kept,
    look_at,
    shown_name,
)
from datasets.brought.template import write_form
from datasets.built_codes import BuiltCodes, codes_of
from datasets.catalogue import source
from datasets.reading import UnreadableFile
from geo.errors import BadInput
from geo.indicators import INDICATORS
from geo.schema import Layers

PRACTICES = "identifiant;profession;structure;commune;longitude;latitude;lieux;precision;annee"
INDICATORS_HEAD = "code_qp;indicateur;valeur;statut;source;millesime;perimetre"


@pytest.fixture(scope="module")
def codes(demo_layers: Layers) -> BuiltCodes:
    return codes_of(demo_layers)


@pytest.fixture(scope="module")
def quarter(demo_layers: Layers):
    return demo_layers["qpv"].iloc[0]


def look(kind: str, codes: BuiltCodes, *lines: str, name: str = "x.csv"):
    return look_at(kind, name, "\n".join(lines).encode(), codes)


def test_each_fault_of_practices_is_told_with_its_line_its_column_and_what_was_expected(
    codes, quarter
):
    commune = quarter["commune"]
    found = look(
        "practices",
        codes,
        PRACTICES + ";remarque",
        f"a;médecin généraliste;;{commune};;;2;commune;2025;",
        f"b;plombier;;{commune};;;=1+1;;25;",
        "c;infirmier;;99999;;;1;;2025;",
        "d;infirmier;;;46,15;-3,79;1;;2025;",
        f"e;infirmier;;{commune};;;0;adresse;2025;",
        f"f;infirmier;Cabinet du port;{commune};;;1;;2025;",
        f"g;infirmier;;{commune};;;1;;2025;06 12 34 56 78",
        f"a;sage-femme;;{commune};;;1;;2025;",
        "h;infirmier;;;;;1;;2025;",
        f"i;infirmier;;{commune};-3,79;;1;;2025;",
    )
    told = {(line or 1, column) for line, column in found.problems[["Ligne", "Colonne"]].to_numpy()}
    assert told == {
        (1, "remarque"), (3, "profession"), (3, "lieux"), (3, "annee"), (4, "commune"),
        (5, "longitude"), (6, "lieux"), (7, "structure"), (8, "remarque"), (9, "identifiant"),
        (10, "commune"), (11, "latitude"),
    }  # fmt: skip
    assert (found.good, found.refused) == (1, 9)
    assert (found.problems["Ce qui ne va pas"] != "").all()
    assert "06 12" not in found.problems.to_string() + found.head.to_string()
    assert "06 12" not in found.refused_csv.decode("utf-8-sig")
    again = look_at("practices", "bonnes.csv", found.good_csv, codes)
    assert (again.good, again.refused, len(again.problems)) == (1, 0, 0)


def test_a_column_that_names_people_spoils_the_whole_file(codes, quarter):
    line = f"a;infirmier;;{quarter['commune']};;;1;;2025;Martin"
    found = look("practices", codes, PRACTICES + ";nom du patient", line)
    assert (found.good, found.refused, found.good_csv) == (0, 1, b"")
    assert "désigne des personnes" in found.problems["Ce qui ne va pas"].iloc[0]
    assert "Martin" not in found.head.to_string() + found.problems.to_string()


def test_each_fault_of_indicators_is_told(codes, quarter):
    code = quarter["code_qp"]
    found = look(
        "indicators",
        codes,
        INDICATORS_HEAD,
        f"{code};Taux de pauvreté;45 %;observé;Ville;2023;2024",
        f"{code};c2s_share;45;observé;Ville;2023;2024",
        f"{code};population;12 %;observé;Ville;2023;2024",
        f"{code};population;;observé;Ville;2023;2024",
        f"{code};job_seekers;3;secret;Ville;2023;2024",
        f"{code};rsa_share;0,2;observé;Ville;2023;2015",
        f"{code};gp_access;3;observé;Ville;2023;2024",
        "QN09999M;population;300;observé;Ville;2023;2024",
        "QP099001;population;300;observé;Ville;2023;2024",
        f"{code};poverty_share;0,5;observé;Ville;2023;2024",
        f"{code};age60_share;0,2;deviné;Jean Martin;20;2019",
    )
    told = set(map(tuple, found.problems[["Ligne", "Colonne"]].to_numpy()))
    assert told == {
        (3, "valeur"), (4, "valeur"), (5, "valeur"), (6, "valeur"), (7, "statut"),
        (8, "indicateur"), (9, "code_qp"), (10, "code_qp"), (11, "valeur"), (12, "statut"),
        (12, "source"), (12, "millesime"), (12, "perimetre"),
    }  # fmt: skip
    assert (found.good, found.refused) == (1, 10)
    assert "Martin" not in found.problems.to_string()


def test_brought_tables_are_joined_for_this_analysis_and_no_other(demo_layers, codes, quarter):
    code, commune = quarter["code_qp"], quarter["commune"]
    before = {name: len(table) for name, table in demo_layers.tables.items()}
    files = [
        look(
            "practices", codes, PRACTICES,
            f"a;médecin généraliste;;{commune};;;400;;2025;",
            "b;infirmier;;42218;;;1;;2025;",
            name="lieux.csv",
        ).accepted,
        look(
            "indicators", codes, INDICATORS_HEAD,
            f"{code};population;12345;observé;Ville;2024;2024",
            f"{code};poverty_share;;manquant;Ville;2024;2024",
            name="chiffres.csv",
        ).accepted,
        look(
            "mediation", codes,
            "identifiant;structure;type_action;commune;etp;qpv_desservis;annee",
            f"nouveau;Association du Phare;permanence;{commune};0,5;{code}:1;2025",
            name="médiation.csv",
        ).accepted,
    ]  # fmt: skip
    joined, analysis = analyse_with(demo_layers, files)
    row = analysis.qpv.set_index("code_qp").loc[code]
    assert (row["population"], row["population_status"]) == (12345, "observed")
    poverty = joined["indicators"].query("code == @code and indicator == 'poverty_share'")
    assert list(poverty["status"]) == ["missing"] and np.isnan(poverty["value"].iloc[0])
    own = joined["supply"][joined["supply"]["source_id"] == practices.SOURCE_ID]
    assert list(own["practices"]) == [400.0]  # the line of another region is left aside, and said
    assert "laissé de côté" in joined["problems"]["message"].iloc[-1]
    assert not own.geometry.isna().any()
    assert (joined["mediation_qpv"]["mediation_id"] == "nouveau").any()
    assert {"practices", "indicators", "mediation"} <= set(joined["sources"]["source_id"])
    assert "lieux.csv" in analysis.notes[0] and "session" in analysis.notes[0]
    assert {name: len(table) for name, table in demo_layers.tables.items()} == before
    assert "practices" not in set(demo_layers["sources"]["source_id"])


def test_files_are_named_by_their_content():
    one = BroughtFile("practices", "a.csv", 1, b"x")
    name = digest([one])
    assert name == digest([one]) != digest([BroughtFile("practices", "a.csv", 1, b"y")])
    assert kept(name) == (one,)
    assert digest([]) == ""
    with pytest.raises(BadInput, match="apportez-les"):
        kept("inconnu")


@pytest.mark.parametrize("kind", sorted(FORMS))
@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_the_template_is_read_by_its_own_check_and_gives_no_line(kind, suffix, codes, tmp_path):
    path = write_form(tmp_path / f"modele{suffix}", FORMS[kind])
    found = look_at(kind, path.name, path.read_bytes(), codes)
    assert (found.good, found.refused) == (0, 0)
    assert found.problems["Ce qui ne va pas"].str.contains("exemple", case=False).sum() == 2


def test_a_good_file_builds_and_a_bad_one_is_refused_whole(tmp_path, codes, quarter):
    path = tmp_path / "indicateurs.csv"
    good = f"{quarter['code_qp']};population;500;observé;Ville;2024;2024"
    path.write_text(f"{INDICATORS_HEAD}\n{good}\n", encoding="utf-8")
    assert len(indicators.read_indicators(path, codes.qpv).table) == 1
    path.write_text(f"{INDICATORS_HEAD}\n{good}\nx;y;z;t;u;v;w\n", encoding="utf-8")
    with pytest.raises(RefusedForm, match="ligne 3"):
        indicators.read_indicators(path, codes.qpv)
    assert len(indicators.read_indicators(path, codes.qpv, keep_good=True).table) == 1


def test_what_is_accepted_is_known_to_the_project():
    assert set(indicators.ACCEPTED) <= set(INDICATORS)
    for kind, form in FORMS.items():
        assert form.source_id == source(kind).id == kind


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        (r"C:\Users\x\médiation.xlsx", "médiation.xlsx"),
        ("<img src=x onerror=alert(1)>.csv", "img src=x onerror=alert(1).csv"),
        ("\x00\n", "fichier"),
        ("...", "fichier"),
        ("a" * 300 + ".csv", "a" * 56 + ".csv"),
    ],
)
def test_a_name_is_shown_without_any_folder(name, shown):
    assert shown_name(name) == shown


def test_a_file_too_large_or_that_is_no_table_is_refused_in_french(codes):
    with pytest.raises(BadInput, match="Mo au"):
        look_at("practices", "x.csv", b"a" * (MAX_BYTES + 1), codes)
    for content in (b"", b"<html><body>404</body></html>", b"\x00\x01\x02", b"PK\x03\x04rien"):
        with pytest.raises(UnreadableFile, match="À faire"):
            look_at("indicators", "x.xlsx", content, codes)


def test_a_sheet_that_declares_a_million_rows_is_read_as_far_as_its_table(codes):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(INDICATORS_HEAD.split(";"))
    sheet.cell(1_048_576, 1, "x")
    target = io.BytesIO()
    book.save(target)
    found = look_at("indicators", "x.xlsx", target.getvalue(), codes)
    assert (found.good, found.refused) == (0, 0)
    assert Path(found.name).name == "x.xlsx"


def test_schemes_are_joined_once_and_told_of_their_quarters(demo_layers, codes, quarter):
    head = "type;nom;territoire;debut;fin;complet_pour;lien;source"
    line = f"CLS;Contrat de l'essai;qpv:{quarter['code_qp']};2024;;;;Essai"
    found = look("local_schemes", codes, head, line, "ZZZ;Autre;commune:99001;;;;;")
    assert found.good == 1 and "Contrat" in found.good_csv.decode("utf-8-sig")
    assert BroughtFile("local_schemes", "x.csv", 1, found.good_csv) == found.accepted
    joined, analysis = analyse_with(demo_layers, [found.accepted, found.accepted])
    own = joined["local_schemes"].query('label == "Contrat de l\'essai"')
    assert own["code"].tolist() == [quarter["code_qp"]]
    assert len(joined["local_schemes"]) == len(demo_layers["local_schemes"]) + 1
    assert "démarches territoriales" in analysis.notes[0]


@pytest.mark.parametrize(
    ("title", "lacking", "near"),
    [("id", ["identifiant", "lieu"], "identifiant"),
     ("code_qp", ["qpv_desservis"], "qpv_desservis"),
     ("fianceurs", ["financeurs"], "financeurs"), ("de la vie", ["debut", "langues"], ""),
     ("remarque", ["identifiant"], "")],
)  # fmt: skip
def test_an_unknown_title_is_told_the_column_it_may_stand_for(title, lacking, near):
    assert (f"« {near} »" in meant(title, lacking)) if near else not meant(title, lacking)
