"""The practice bank: facts kept, scores with their labels, neighbours with their reasons."""

from __future__ import annotations

import json
import re
from dataclasses import fields, replace

import pytest
from typer.testing import CliRunner

import geo.practices
from cli import app
from datasets.brought.examine import RefusedForm
from datasets.brought.template import write_form
from datasets.mediation.personal import personal_content
from datasets.practices import FICHES_FORM, check_cards, packaged_cards, read_cards
from geo.practices import PROBLEMS, card_record, compared, scores_of, search_cards, suggestions
from geo.practices.cards import scores_fr

RUNNER = CliRunner()
CARDS = {card.id: card for card in packaged_cards()}


def test_the_facts_of_the_method_notes():
    bourg, val, roanne = (CARDS[name] for name in ("bourg-en-bresse", "valherbasse", "roanne"))
    assert (bourg.year, bourg.commune, bourg.departement) == ("2016", "01053", "01")
    assert [one.written for one in scores_of(bourg)] == [
        "Innovant : 7", "Facile : 9", "Économique : 5"]  # fmt: skip
    assert [one.written for one in scores_of(val)] == [
        "Valorisable : 7", "Facile : 6", "Économique : 6"]  # fmt: skip
    for words in ("510", "2 000", "411", "trois compteurs"):
        assert words in val.summary
    assert "253" in roanne.summary and "541" in roanne.summary and "n'ont pas" in roanne.summary
    assert len(CARDS["aesio-loire"].actors) == 6 and len(CARDS["aesio-puy-de-dome"].actors) == 4
    assert scores_of(roanne) == () and "non précisé" in scores_fr(roanne)


def test_no_card_holds_a_person_and_what_is_untold_is_null():
    for card in packaged_cards():
        for told in (card.title, card.summary, card.contact_role, card.source, *card.actors):
            assert personal_content(told) == ""
    record = card_record(CARDS["roanne"])
    assert record["link"] is None and record["score_scale"] is None
    assert record["score_values"] == [] and record["contact_role"]


def test_scores_say_their_scale_and_our_pairing_and_are_never_averaged():
    told = scores_fr(CARDS["bourg-en-bresse"])
    assert "échelle non précisée par la source" in told and "notre lecture" in told
    lacking = replace(CARDS["bourg-en-bresse"], score_values=(7, None, 5))
    assert "Facile : non précisé" in scores_fr(lacking) and "Facile : 0" not in scores_fr(lacking)
    unpaired = replace(CARDS["bourg-en-bresse"], score_values=(7, 9))
    assert scores_of(unpaired) == () and "rapprocher" in scores_fr(unpaired)
    assert not [name for name in dir(geo.practices) if re.search("mean|average|total", name)]
    frame = compared([CARDS["bourg-en-bresse"], CARDS["valherbasse"]]).set_index("Fait")
    assert frame.loc["Note « Innovant »"].tolist() == ["7", "libellé absent de cette fiche"]
    assert frame.loc["Note « Facile »"].tolist() == ["9", "6"]
    assert frame.loc["Lieu"].iloc[0] == "Bourg-en-Bresse (commune : code Insee 01053)"
    assert "7" not in frame.index and len([i for i in frame.index if i.startswith("Note")]) == 4


def test_search_and_filters():
    ids = lambda found: {card.id for card in found}  # noqa: E731
    assert ids(search_cards(packaged_cards(), "PORTE A PORTE 4g")) == {"roanne"}
    assert ids(search_cards(packaged_cards(), departement="42")) == {"roanne", "aesio-loire"}
    assert ids(search_cards(packaged_cards(), problems=["numerique"])) == {"roanne"}
    assert ids(search_cards(packaged_cards())) == set(CARDS)
    assert search_cards(packaged_cards(), "introuvable") == []


def test_neighbours_give_every_reason(demo_analysis):
    code = str(demo_analysis.qpv["code_qp"].iloc[0])
    commune = str(demo_analysis.qpv["communes"].iloc[0]).split(";")[0]
    here = replace(CARDS["roanne"], id="ici", commune=commune, problems=tuple(PROBLEMS))
    away = replace(CARDS["roanne"], id="ailleurs", commune="13055", problems=())
    found = suggestions([away, here], demo_analysis, code)
    assert [one.card.id for one in found] == ["ici"]
    assert found[0].reasons[0] == "même commune"
    department = replace(here, commune="99999", problems=())
    assert suggestions([department], demo_analysis, code)[0].reasons == ("même département (99)",)
    with pytest.raises(KeyError):
        suggestions([here], demo_analysis, "QN04217M")


HEAD = "identifiant;titre;commune;resume;fonction_contact;problemes;libelles_notes;valeurs_notes"


def test_cards_are_brought_with_their_faults_told(tmp_path):
    path = tmp_path / "fiches.csv"
    path.write_text(
        "\n".join([
            HEAD,
            "a;Une permanence;42218;Fait;service santé;droits;Innovant|Facile;7|?",
            "roanne;Double;42187;;;;;",
            "c;Une autre;4221;;;tricot;;",
            "d;Encore;42218;;06 12 34 56 78;;;",
            "e;Notes;42218;;;;Innovant|Facile;7",
        ]) + "\n", encoding="utf-8",
    )  # fmt: skip
    cards, examination = read_cards(path, CARDS)
    assert [card.id for card in cards] == ["a", "e"] and cards[0].score_values == (7.0, None)
    assert {(one.line, one.column) for one in examination.refused} == {
        (3, "identifiant"), (4, "commune"), (4, "problemes"), (5, "fonction_contact")}  # fmt: skip
    assert any("2\u00a0libellés pour 1\u00a0note" in one.message for one in examination.problems)
    path.write_text("identifiant;titre;téléphone\na;b;0\n", encoding="utf-8")
    with pytest.raises(RefusedForm, match="désigne des personnes"):
        read_cards(path)


def test_the_template_is_read_again(tmp_path):
    found = check_cards(write_form(tmp_path / "fiches.xlsx", FICHES_FORM))
    assert found.lines == () and {one.kind for one in found.problems} == {"extra"}


def test_the_command(demo_data, demo_analysis, tmp_path):
    done = RUNNER.invoke(app, ["practices", "--departement", "42", "--json"])
    assert {card["id"] for card in json.loads(done.stdout)["cards"]} == {"roanne", "aesio-loire"}
    both = RUNNER.invoke(app, ["practices", "--compare", "bourg-en-bresse,valherbasse"])
    assert "Note « Facile » : 9 | 6" in both.stdout
    code = str(demo_analysis.qpv["code_qp"].iloc[0])
    near = RUNNER.invoke(
        app, ["practices", "--near", code, "--data", str(demo_data), "--json"]
    )  # fmt: skip
    assert near.exit_code == 0, near.output
    assert all(card["reasons_fr"] for card in json.loads(near.stdout)["cards"])
    wrong = RUNNER.invoke(app, ["practices", "--problem", "tricot"])
    assert wrong.exit_code == 1 and "numerique" in str(wrong.exception)
    model = tmp_path / "fiches.csv"
    assert RUNNER.invoke(app, ["template", "fiches", "--out", str(model)]).exit_code == 0
    assert RUNNER.invoke(app, ["check", "fiches", str(model)]).exit_code == 0


def test_a_card_has_no_field_for_a_person():
    assert not {one.name for one in fields(CARDS["roanne"])} & {"contact", "phone", "email", "name"}
