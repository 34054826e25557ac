"""One test a kind of bad input: line, column, value and words of each problem."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from datasets.built_codes import codes_of
from datasets.mediation import check_mediation, describe, read_mediation, with_commune_codes
from datasets.mediation.columns import TEMPLATE_COLUMNS
from datasets.mediation.known import CodeList
from datasets.mediation.languages import LANGUAGES
from datasets.mediation.near import communes_around
from datasets.mediation.personal import names_a_person_header
from datasets.mediation.template import write_lines
from datasets.reading import Problem

GOOD = {
    "identifiant": "p1",
    "structure": "Association Relais Santé",
    "type_action": "permanence",
    "commune": "42218",
    "jours": "lundi|mercredi",
    "heure_debut": "09:00",
    "heure_fin": "12:30",
    "heures_par_semaine": "7",
    "etp": "0,2",
    "personnes_par_an": "60",
    "qpv_desservis": "QN04201M:0,5|QN04202M:0,5",
    "financeurs": "ARS:0,6|Ville:0,4",
    "debut_convention": "01/01/2025",
    "fin_convention": "31/12/2027",
    "annee": "2025",
}
KNOWN = {"QN04201M", "QN04202M"}


def problems_of(folder: Path, **changes: str) -> list[Problem]:
    """The problems of a file whose line 2 is good and line 3 is changed."""
    path = folder / "mediation.csv"
    write_lines(path, [GOOD, {**GOOD, "identifiant": "p2", **changes}])
    return check_mediation(path, KNOWN)


def test_a_commune_far_from_the_quarter_served_is_doubted_not_refused(tmp_path: Path) -> None:
    near = frozenset({"42218", "42207"})
    known = CodeList(frozenset(KNOWN), None, dict.fromkeys(KNOWN, near))
    path = tmp_path / "mediation.csv"
    own = [GOOD | {"identifiant": code, "commune": code} for code in ("42218", "42207", "42300")]
    write_lines(path, own)
    [doubt] = check_mediation(path, known)
    assert (doubt.kind, doubt.line, doubt.column) == ("suspect", 4, "commune")
    assert "42300 est-il un code postal ?" in doubt.message
    assert len(read_mediation(path, known).points) == 3
    unplaced = CodeList(frozenset(KNOWN), None, {"QN04201M": near})
    assert check_mediation(path, unplaced) == []


def test_the_communes_near_a_quarter_are_its_own_and_those_of_their_epci(demo_layers) -> None:
    around = codes_of(demo_layers).qpv.around
    places = demo_layers["communes"].set_index("code")["epci"]
    quarters = demo_layers["qpv"].query("perimeter == '2024'").set_index("code_qp")["communes"]
    assert set(around) == set(quarters.index)
    for code, held in quarters.items():
        own = set(held.split(";"))
        assert own <= around[code]
        assert {places[one] for one in around[code]} == {places[one] for one in own}


def test_nothing_is_said_to_be_near_a_quarter_whose_communes_are_unknown() -> None:
    quarters = pd.DataFrame({"code_qp": ["QN1", "QN2", "QN3"], "communes": ["A;C", "", "A;Z"]})
    places = pd.DataFrame({"code": ["A", "B", "C"], "epci": ["1", "1", ""]})
    assert communes_around(quarters, places) == {"QN1": {"A", "B", "C"}}


def test_a_good_file_has_no_problem(tmp_path: Path) -> None:
    assert problems_of(tmp_path) == []


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("structure", "", "obligatoire"),
        ("type_action", "", "obligatoire"),
        ("type_action", "consultation", "type d’action"),
        ("jours", "lundi|lundy", "lundy"),
        ("heure_debut", "9 heures", "pas une heure"),
        ("heure_fin", "25:00", "pas une heure"),
        ("heure_fin", "08:30", "pas après l’heure de début"),
        ("heure_fin", "09:00", "pas après l’heure de début"),
        ("etp", "7", "nombre d’heures par semaine"),
        ("etp", "0", "laissez vide"),
        ("etp", "-0,5", "pas possible"),
        ("etp", "mi-temps", "pas un nombre"),
        ("etp", "nan", "pas un nombre"),
        ("heures_par_semaine", "NaN", "laissez vide"),
        ("etp", "inf", "pas un nombre"),
        ("etp", "=1/2", "collez sa valeur"),
        ("etp", "1", "se contredisent"),
        ("heures_par_semaine", "0", "pas possible"),
        ("heures_par_semaine", "350", "pas possible"),
        ("personnes_par_an", "-3", "nombre de personnes"),
        ("personnes_par_an", "12,5", "nombre de personnes"),
        ("qpv_desservis", "QN04201M:0,8|QN04202M:0,5", "fait 1,3 au lieu de 1"),
        ("qpv_desservis", "QN04201M:0,5", "fait 0,5 au lieu de 1"),
        ("qpv_desservis", "QN04201M:0,5|QN04202M", "La part manque pour QN04202M"),
        ("qpv_desservis", "QN04201M:0,5|QN04201M:0,5", "plusieurs fois"),
        ("qpv_desservis", "QN04201M:moitié|QN04202M:0,5", "moitié"),
        ("qpv_desservis", "QN04201M:1,5|QN04202M:-0,5", "au plus 1"),
        ("financeurs", "ARS:0,9|Ville:0,4", "fait 1,3 au lieu de 1"),
        ("financeurs", "ARS:0,6|Ville", "La part manque pour Ville"),
        ("financeurs", ":0,6|Ville:0,4", "le nom manque"),
        ("debut_convention", "2025", "JJ/MM/AAAA"),
        ("debut_convention", "12/31/2025", "échangés"),
        ("debut_convention", "31/02/2025", "calendrier"),
        ("debut_convention", "01/01/0025", "vraisemblable"),
        ("fin_convention", "31/12/2024", "avant de commencer"),
        ("annee", "25", "pas une année"),
        ("commune", "1053", "Écrivez 01053"),
        ("commune", "Roanne", "pas un code Insee"),
        ("commune", "", "La position manque"),
        ("source", "#REF!", "erreur du tableur"),
    ],
)
def test_bad_cell(tmp_path: Path, column: str, value: str, words: str) -> None:
    [problem] = problems_of(tmp_path, **{column: value})
    assert (problem.kind, problem.line, problem.column) == ("rejected", 3, column)
    assert problem.value == value
    assert words in problem.message
    assert problem.expected
    assert problem.file == "mediation.csv"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("QN04299M", "n’est pas un QPV connu"),
        ("QN04201N", "Le code qui existe est QN04201M"),
        ("QP042001", "génération 2015"),
        ("42001", "n’a pas la forme"),
    ],
)
def test_bad_qpv_code(tmp_path: Path, code: str, words: str) -> None:
    [problem] = problems_of(tmp_path, qpv_desservis=code)
    assert (problem.line, problem.column, problem.value) == (3, "qpv_desservis", code)
    assert words in problem.message


@pytest.mark.parametrize(
    ("code", "refused"),
    [("42218", 0), ("69123", 0), ("69381", 0), ("42999", 1), ("69999", 1)],
)
def test_a_commune_that_does_not_exist(tmp_path: Path, code: str, refused: int) -> None:
    path = tmp_path / "m.csv"
    write_lines(path, [{**GOOD, "commune": code}])
    found = check_mediation(path, KNOWN, {"42218", "69123"})
    assert [(p.kind, p.line, p.column, p.value) for p in found] == [
        ("rejected", 2, "commune", code)
    ] * refused
    assert all("liste officielle" in problem.expected for problem in found)
    assert check_mediation(path, KNOWN) == []


@pytest.mark.parametrize(
    ("declared", "words"),
    [
        ("42", "Écrivez par exemple dep:42"),
        ("84", "Écrivez dep:84 ou region:84"),
        ("Loire", "« Loire » inconnu"),
        ("dep:4", "pas un code de département"),
        ("epci:42", "pas un code de EPCI"),
        ("commune:Roanne", "pas un code de commune"),
        ("dep:42|quartier:3", "« quartier:3 » inconnu"),
        ("france", "pas un territoire précis"),
        ("qpv:QN04299M", "n’est pas un QPV connu"),
        ("qpv:QP042001", "génération 2015"),
    ],
)
def test_bad_declaration_of_completeness(tmp_path: Path, declared: str, words: str) -> None:
    [problem] = problems_of(tmp_path, complet_pour=declared)
    assert (problem.kind, problem.line, problem.column) == ("rejected", 3, "complet_pour")
    assert words in problem.message
    assert problem.expected


def test_a_name_of_commune_gets_its_code_when_a_list_is_at_hand(tmp_path: Path) -> None:
    towns = pd.DataFrame(
        {
            "code": ["42187", "01001", "02001"],
            "label": ["Roanne", "Saint-Même", "Saint-Même"],
            "departement": ["42", "01", "02"],
        }
    )
    [problem] = problems_of(tmp_path, commune="roanne")
    assert "42187" in problem.expected and "5 chiffres" in problem.expected
    assert "42187 (Roanne)" in with_commune_codes([problem], towns)[0].expected
    [problem] = problems_of(tmp_path, commune="Saint Meme")
    told = with_commune_codes([problem], towns)[0].expected
    assert "01001 (Saint-Même) ou 02001 (Saint-Même)" in told
    [problem] = problems_of(tmp_path, commune="Ailleurs")
    assert with_commune_codes([problem], towns) == [problem]


def test_without_the_list_of_qpv_only_the_form_is_checked(tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    write_lines(path, [{**GOOD, "qpv_desservis": "QN04299M"}])
    assert check_mediation(path) == []
    assert len(check_mediation(path, [])) == 1


@pytest.mark.parametrize(
    ("longitude", "latitude", "words"),
    [
        ("45,4396", "4,3875", "échangées"),
        ("13,4", "52,5", "hors de France"),
        ("0", "0", "hors de France"),
        ("808000", "6480000", "Lambert-93"),
        ("55,5", "-21,1", "autre partie de la France"),
    ],
)
def test_bad_position(tmp_path: Path, longitude: str, latitude: str, words: str) -> None:
    [problem] = problems_of(tmp_path, longitude=longitude, latitude=latitude)
    assert (problem.line, problem.column) == (3, "longitude")
    assert problem.value == f"{longitude} ; {latitude}"
    assert words in problem.message


def test_swapped_overseas_position_without_commune(tmp_path: Path) -> None:
    [problem] = problems_of(tmp_path, longitude="-21,1", latitude="55,5", commune="")
    assert "échangées" in problem.message


def test_half_a_position(tmp_path: Path) -> None:
    [problem] = problems_of(tmp_path, longitude="4,3875")
    assert (problem.line, problem.column) == (3, "latitude")


def test_every_problem_of_a_line_is_listed(tmp_path: Path) -> None:
    found = problems_of(
        tmp_path, etp="7", heures_par_semaine="", heure_fin="08:00", qpv_desservis="QP042001"
    )
    assert {problem.column for problem in found} == {"etp", "heure_fin", "qpv_desservis"}


def test_duplicate_identifier_names_the_first_line(tmp_path: Path) -> None:
    [problem] = problems_of(tmp_path, identifiant="p1")
    assert (problem.line, problem.column, problem.value) == (3, "identifiant", "p1")
    assert "ligne 2" in problem.message


@pytest.mark.parametrize(
    ("column", "value", "what"),
    [
        ("lieu", "chez Mme Durand", "nom d’une personne"),
        ("source", "bilan de jeanne@exemple.test", "adresse électronique"),
        ("lieu", "salle 2, 04 77 00 00 00", "téléphone"),
        ("source", "2 85 05 42 218 001 22", "NIR"),
        ("source", "patiente Dupont", "information sur une personne"),
        ("source", "patients suivis : Dupont Jean", "information sur une personne"),
        ("source", "née le 3 mai", "information sur une personne"),
        ("identifiant", "jeanne@exemple.test", "adresse électronique"),
        ("source", "Fatima Dupont", "nom d’une personne"),
        ("source", "DUPONT Fatima", "nom d’une personne"),
        ("identifiant", "Jean-Pierre Martin", "nom d’une personne"),
        ("langues", "arabe|Mohamed Bensaïd", "nom d’une personne"),
        ("lieu", "Fatima Dupont, Jean Martin", "nom d’une personne"),
        ("lieu", "Fatima Dupont et Jean Martin", "nom d’une personne"),
        ("echanges", "ASV|suivi de Aïcha Benkacem", "information sur une personne"),
        ("lieu", "chez Aïcha Benkacem", "information sur une personne"),
        ("adresse", "chez Mme Durand, 3 rue des Lilas", "information sur une personne"),
        ("lieu", "Centre social, suivi d’Aïcha", "information sur une personne"),
        ("source", "dossier Sofiane Bouzid diabète", "information sur une personne"),
        ("echanges", "Thi Lan Nguyen, grossesse", "information sur une personne"),
        ("financeurs", "Nguyen Thi Lan (VIH)", "information sur une personne"),
        ("langues", "vietnamien|Nguyen Thi Lan", "nom d’une personne"),
        ("langues", "Arabe Sofiane Bouzid", "nom d’une personne"),
    ],
)
def test_personal_content_is_refused_and_never_repeated(
    tmp_path: Path, column: str, value: str, what: str
) -> None:
    [problem] = problems_of(tmp_path, **{column: value})
    assert (problem.kind, problem.line, problem.column) == ("rejected", 3, column)
    assert what in problem.message
    assert problem.value == "(masqué)"
    assert value not in repr(problem)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("adresse", "12 rue Madame de Sévigné"),
        ("lieu", "Centre social Docteur Roux"),
        ("lieu", "Salle Jean Moulin"),
        ("lieu", "École Pierre et Marie Curie"),
        ("structure", "Fondation Abbé Pierre"),
        ("structure", "MJC Simone Veil"),
        ("source", "Bilan du centre social Simone Veil"),
        ("adresse", "12 rue Marie Curie"),
        ("source", "Bilan 2024 pour 120 patients du QPV"),
        ("structure", "=Association@Nord"),
        ("lieu", "+ Santé"),
        ("lieu", "@telier"),
        ("lieu", "Centre social Jean Rostand"),
        ("structure", "Roannais Agglomération, service Politique de la Ville"),
        ("structure", "AÉSIO Santé (Loire)"),
        ("source", "Bilan du réseau Diabète Loire"),
        ("source", "Rapport du Centre Hospitalier, suivi du diabète"),
        ("source", "Suivi de Saint-Étienne Métropole"),
    ],
)
def test_ordinary_texts_and_formula_like_texts_pass(
    tmp_path: Path, column: str, value: str
) -> None:
    assert problems_of(tmp_path, **{column: value}) == []
    reading = read_mediation(tmp_path / "mediation.csv")
    name = {"adresse": "address", "lieu": "host_place", "source": "source_label"}
    assert value in reading.points[name.get(column, column)].iloc[1]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("financeurs", "ARS Auvergne-Rhône-Alpes:0,5|Ville de Saint-Étienne:0,5"),
        ("financeurs", "Département de la Loire|Saint-Étienne Métropole|DDCS"),
        ("echanges", "réseau régional des médiateurs|CLS Saint-Étienne|Comité de pilotage"),
        ("langues", "français, Arabe dialectal, Créole Haïtien, langue des signes française"),
        ("langues", "|".join(LANGUAGES)),
    ],
)
def test_ordinary_lists_pass(tmp_path: Path, column: str, value: str) -> None:
    assert problems_of(tmp_path, **{column: value}) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"personnes_par_an": "300"},
        {"personnes_par_an": "3000", "etp": "", "heures_par_semaine": "", "heure_fin": ""},
        {"etp": "2", "heures_par_semaine": "70"},
    ],
)
def test_a_number_at_its_bound_raises_no_doubt(tmp_path: Path, changes: dict[str, str]) -> None:
    assert problems_of(tmp_path, **changes) == []


def write_raw(path: Path, header: str, *lines: str) -> Path:
    path.write_bytes("\r\n".join([header, *lines, ""]).encode("utf-8-sig"))
    return path


def test_personal_header_and_its_cells(tmp_path: Path) -> None:
    path = write_raw(
        tmp_path / "m.csv",
        "structure;type_action;commune;Date de naissance",
        "A;permanence;42218;03/05/1985",
        "B;permanence;42218;",
    )
    header, cell = check_mediation(path)
    assert (header.line, header.column) == (1, "Date de naissance")
    assert "RGPD" in header.message
    assert (cell.line, cell.value) == (2, "(masqué)")
    assert "1985" not in repr(cell)
    assert list(read_mediation(path, keep_good=True).points["structure"]) == ["B"]


@pytest.mark.parametrize(
    "title",
    [
        "Nom",
        "prénom",
        "NIR",
        "Nationalité",
        "Téléphone",
        "E-mail",
        "courriel",
        "Noms des patients",
        "N° sécurité sociale",
        "Année de naissance",
        "Adresse personnelle",
        "Domicile",
        "Sexe",
        "Diagnostic",
        "n° sécu",
        "num sécu",
        "Matricule",
        "IPP",
        "initiales",
        "bénéf",
        "pays d'origine",
        "religion",
        "Langue maternelle",
    ],
)
def test_personal_headers(tmp_path: Path, title: str) -> None:
    path = write_raw(
        tmp_path / "m.csv", f"structure;type_action;commune;{title}", "A;permanence;42218;"
    )
    [problem] = check_mediation(path)
    assert problem.column == title
    assert "désigne des personnes" in problem.message


def test_names_in_a_free_column(tmp_path: Path) -> None:
    path = write_raw(
        tmp_path / "m.csv",
        "structure;type_action;commune;commentaire",
        "A;permanence;42218;Fatima Dupont",
        "B;permanence;42218;ouvert tout l’été",
    )
    unknown, name = check_mediation(path)
    assert (unknown.line, unknown.column) == (1, "commentaire")
    assert "pas dans le modèle" in unknown.message
    assert (name.line, name.column, name.value) == (2, "commentaire", "(masqué)")


def test_unknown_column_suggests_the_close_one(tmp_path: Path) -> None:
    path = write_raw(
        tmp_path / "m.csv", "structure;type_action;commune;languess", "A;permanence;42218;"
    )
    [problem] = check_mediation(path)
    assert (problem.line, problem.column) == (1, "languess")
    assert "« langues »" in problem.message


def test_unknown_column_near_one_that_is_there_is_to_be_taken_away(tmp_path: Path) -> None:
    path = write_raw(
        tmp_path / "m.csv", "structure;type_action;comune;commune", "A;permanence;;42218"
    )
    [problem] = check_mediation(path)
    assert "« commune »" not in problem.message
    assert "Supprimez-la" in problem.message


def test_column_written_twice(tmp_path: Path) -> None:
    path = write_raw(
        tmp_path / "m.csv", "structure;type_action;commune;Commune", "A;permanence;42218;42187"
    )
    [problem] = check_mediation(path)
    assert (problem.line, problem.column) == (1, "Commune")
    assert "deux fois" in problem.message


@pytest.mark.parametrize(
    ("header", "line", "column"),
    [
        ("type_action;commune", "permanence;42218", "structure"),
        ("structure;commune", "A;42218", "type_action"),
        ("structure;type_action;longitude", "A;permanence;", "commune"),
    ],
)
def test_missing_mandatory_column(tmp_path: Path, header: str, line: str, column: str) -> None:
    path = write_raw(tmp_path / "m.csv", header, line)
    first = check_mediation(path)[0]
    assert (first.kind, first.line, first.column) == ("rejected", 1, column)
    assert "manque" in first.message


def test_no_line_at_all_is_said(tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    write_lines(path, [])
    [problem] = check_mediation(path)
    assert problem.kind == "missing"
    assert "Aucune intervention" in problem.message


def test_lines_are_counted_across_blank_and_multiline_cells(tmp_path: Path) -> None:
    path = write_raw(
        tmp_path / "m.csv",
        "structure;type_action;commune;lieu",
        'A;permanence;42218;"salle\r\nhaute"',
        "",
        "B;bal;42218;",
        "C;permanence",
    )
    bad_kind, ragged = check_mediation(path)
    assert (bad_kind.line, bad_kind.value) == (5, "bal")
    assert (ragged.kind, ragged.line) == ("rejected", 6)
    assert describe(ragged).count("igne 6") == 1
    assert describe(bad_kind).startswith("ligne 5, colonne « type_action » : « bal »")


def test_excel_rows_and_excel_values(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["structure", "type_action", "commune", "etp", "source"])
    sheet.append(["A", "permanence", 1053, 0.5, None])
    sheet.append([None] * 5)
    sheet.append(["B", "permanence", "42218", "=1/2", '=HYPERLINK("x")'])
    sheet.append(["C", "permanence", "42218", 0.5, None, "perdu"])
    book.save(tmp_path / "m.xlsx")
    found = check_mediation(tmp_path / "m.xlsx")
    assert [(problem.line, problem.column) for problem in found] == [
        (2, "commune"),
        (4, "etp"),
        (4, "source"),
        (5, ""),
    ]
    assert "formule" in found[1].message
    assert "formule" in found[2].message
    assert "sans en-tête" in found[3].message


@pytest.mark.parametrize(
    ("changes", "kind", "column"),
    [
        ({"personnes_par_an": "4"}, "suspect", "personnes_par_an"),
        ({"qpv_desservis": "QN04201M:0,33|QN04202M:0,66"}, "repaired", "qpv_desservis"),
        ({"heures_par_semaine": "3", "etp": ""}, "suspect", "heures_par_semaine"),
        ({"complet_pour": "dep:43"}, "suspect", "complet_pour"),
        ({"qpv_desservis": "QN04201M|QN04202M"}, "suspect", "qpv_desservis"),
        ({"lieu": "Jean Moulin"}, "suspect", "lieu"),
        ({"structure": "Léo Lagrange"}, "suspect", "structure"),
        ({"source": "entretien avec Fatima Dupont"}, "suspect", "source"),
        *(
            ({column: "Nguyen Thi Lan"}, "suspect", column)
            for column in (
                "lieu",
                "structure",
                "adresse",
                "source",
                "echanges",
                "financeurs",
                "visibilite",
                "identifiant",
            )
        ),
        ({"financeurs": "ARS:0,6|Sofiane Bouzid:0,4"}, "suspect", "financeurs"),
        ({"lieu": "Nguyen Thi Lan salle 3"}, "suspect", "lieu"),
        ({"source": "Salle Jean Moulin diabète"}, "suspect", "source"),
        ({"source": "dossier Benkacem"}, "suspect", "source"),
        ({"langues": "français|volapük"}, "suspect", "langues"),
        (
            {"personnes_par_an": "1000000", "etp": "1", "heures_par_semaine": "35"},
            "suspect",
            "personnes_par_an",
        ),
        ({"personnes_par_an": "301"}, "suspect", "personnes_par_an"),
        (
            {"personnes_par_an": "3001", "etp": "", "heures_par_semaine": "", "heure_fin": ""},
            "suspect",
            "personnes_par_an",
        ),
        ({"etp": "4,9", "heures_par_semaine": ""}, "suspect", "etp"),
        ({"etp": "", "heures_par_semaine": "105"}, "suspect", "heures_par_semaine"),
    ],
)
def test_said_but_let_through(
    tmp_path: Path, changes: dict[str, str], kind: str, column: str
) -> None:
    [problem] = problems_of(tmp_path, **changes)
    assert (problem.kind, problem.line, problem.column) == (kind, 3, column)
    assert len(read_mediation(tmp_path / "mediation.csv").points) == 2


def test_every_column_is_documented() -> None:
    for name, rule in TEMPLATE_COLUMNS.items():
        assert rule.name == name
        assert rule.meaning.endswith(".")
        assert rule.expected


@pytest.mark.parametrize(
    "title", ["langues", "langues parlées", "origine de la donnée", "ligne_d_origine"]
)
def test_headers_that_speak_of_things(title: str) -> None:
    assert not names_a_person_header(title)
