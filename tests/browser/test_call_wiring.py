"""Appel and Scénarios run from first line to last, without a browser; nothing is done twice."""

from __future__ import annotations

import io
import zipfile

import pytest
from streamlit.testing.v1 import AppTest

from datasets.scenario_files import scenario_text
from geo.pack.dossier import make_dossier
from geo.pack.files import pack_files
from geo.pack.request import Request
from geo.pack.words import essentials
from geo.priority.notes import Note
from geo.scenarios import Change, Scenario
from geo.words import counted
from screens import computed, shared
from tests.serving.server import ROOT


@pytest.fixture
def app(demo_data, monkeypatch):
    monkeypatch.setenv("QPV_DATA", str(demo_data))
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=180)


@pytest.fixture
def call(app):
    app.run()
    app.query_params["postes"] = "3"
    return app.switch_page("screens/appel.py").run()


def _list(app):
    [found] = [one.value for one in app.dataframe if "Retenu dans" in one.value]
    return found


def test_the_list_follows_the_posts_the_weights_and_the_filters(call, demo_analysis):
    assert not call.exception
    assert call.title[0].value.startswith("Appel à candidatures")
    assert (_list(call)["Liste"] == "retenu").sum() == 3
    before = list(_list(call)["Score"])
    call.number_input(key="postes").set_value(5).run()
    assert not call.exception
    assert (_list(call)["Liste"] == "retenu").sum() == 5
    assert call.query_params["postes"] in ("5", ["5"])
    call.slider(key="poids_access_deficit").set_value(9.0).run()
    assert list(_list(call)["Score"]) != before
    assert "access_deficit:9" in str(call.query_params["poids"])
    call.number_input(key="postes").set_value(2)
    call.multiselect(key="candidats").set_value(["double-peine"]).run()
    assert not call.exception
    assert call.query_params["candidats"] in ("double-peine", ["double-peine"])
    analysed = demo_analysis.qpv.set_index("code_qp")["situation"]
    assert set(analysed[_list(call)["Code"]]) == {"double peine"}
    call.multiselect(key="candidats").set_value(["fdep-4-5"]).run()
    assert "Aucun QPV candidat" in call.error[0].value and "FDep 4-5" in call.error[0].value
    assert "à la personne qui construit le territoire" in call.error[0].value


def test_changing_the_posts_recomputes_neither_the_analysis_nor_the_access(call, monkeypatch):
    def never(*_args, **_kwargs):
        raise AssertionError("done again though nothing it reads has changed")

    monkeypatch.setattr("screens.shared.analyse", never)
    monkeypatch.setattr("geo.robustness.prepared.with_access_models", never)
    monkeypatch.setattr("geo.robustness.access_models.gp_access", never)
    monkeypatch.setattr("geo.robustness.prepared.ranking_table", never)
    call.number_input(key="postes").set_value(4).run()
    call.slider(key="poids_need").set_value(2.0).run()
    call.selectbox(key="echelle").set_value("zscore").run()
    assert not call.exception
    assert (_list(call)["Liste"] == "retenu").sum() == 4


def test_a_link_reopens_the_same_call(app):
    app.query_params["postes"] = "2"
    app.run()
    app.query_params["postes"] = "2"
    app.query_params["poids"] = "need:8;access_deficit:1;renounced:3;nimporte:4"
    app.query_params["echelle"] = "minmax"
    app.query_params["agregation"] = "geometric"
    app.switch_page("screens/appel.py").run()
    assert not app.exception
    assert app.number_input(key="postes").value == 2
    assert app.slider(key="poids_need").value == 8
    assert app.slider(key="poids_mediation_gap").value == 0
    assert app.selectbox(key="echelle").value == "minmax"
    assert app.selectbox(key="agregation").value == "geometric"


def test_a_budget_becomes_posts(call):
    call.radio(key="compter").set_value("budget").run()
    call.number_input(key="budget").set_value(120_000.0).run()
    assert any(counted(2, "poste") in text.value for text in call.markdown)
    assert (_list(call)["Liste"] == "retenu").sum() == 2
    assert str(call.query_params["budget"]) in ("120000", "['120000']")
    call.number_input(key="budget").set_value(1_000.0).run()
    assert not call.exception
    assert "aucun poste entier" in call.warning[0].value


def test_weights_all_zero_are_refused_in_words(call):
    for name in ("access_deficit", "need", "mediation_gap"):
        call.slider(key=f"poids_{name}").set_value(0.0)
    call.run()
    assert not call.exception
    assert "tous nuls" in call.error[0].value


def _decide(call, code, motive, role):
    call.session_state["derogation_a_decider"] = True
    call.run()
    [quarter] = [one for one in call.selectbox if one.label == "Quartier concerné"]
    quarter.set_value(code)
    call.text_area[0].set_value(motive)
    [who] = [one for one in call.text_input if one.label.startswith("Fonction")]
    who.set_value(role)
    [button] = [one for one in call.button if one.label == "Enregistrer la décision"]
    button.click().run()


def test_a_decision_needs_a_motive_then_shows_on_the_list_and_is_taken_back(call):
    last = _list(call)["Code"].iloc[-1]
    _decide(call, last, "parce que", "délégué territorial")
    assert "refusée" in call.error[0].value and call.text_area[0].value == "parce que"
    _decide(call, None, "", "")
    [told] = [one.value for one in call.text if one.value.startswith("•")]
    assert "Quartier concerné : aucun choisi" in told and "Motif : vide" in told
    assert told.count("Fonction de qui décide") == 1 and "code_qp" not in told
    _decide(call, last, "Le seul cabinet du quartier ferme cet été", "délégué territorial")
    assert not call.exception
    # Taken: the form is empty again, for the next one.
    assert call.text_area[0].value == ""
    shown = _list(call).set_index("Code")["Liste"]
    assert shown[last] == "ajouté par dérogation"
    [brief] = [one.value for one in call.markdown if "dérogation au calcul" in one.value]
    assert f"{counted(1, 'dérogation')} au calcul, motivée et datée" in brief
    assert sum("Les dérogations de votre session n'y sont pas" in one.value
               for one in call.markdown) == 1  # fmt: skip
    call.button(key=f"annuler_{last}").click().run()
    assert "ajouté par dérogation" not in set(_list(call)["Liste"])
    words = ("dérogation au calcul", "n'y sont pas")
    assert not any(word in one.value for one in call.markdown for word in words)


def test_the_pack_is_byte_for_byte_that_of_the_command(demo_data, demo_analysis, monkeypatch):
    """The screen's archive holds what ``qpv pack`` writes for the same request."""
    notes = (Note("QN09903M", "Le seul cabinet ferme en septembre", "2026-02-03", "élu"),)
    monkeypatch.setenv("QPV_DATA", str(demo_data))
    [entry] = [one for one in shared.store.list_built(demo_data) if one.slug == "demo"]
    build = entry.manifest["build"]
    request = Request("demo", 3, notes=notes)
    files = computed.packed("demo", build, str(demo_data), request)
    layers, analysis = shared.read("demo", build, str(demo_data))
    dossier = make_dossier(layers, analysis, request)
    expected = pack_files(dossier, build)
    with zipfile.ZipFile(io.BytesIO(files["dossier.zip"])) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == expected
    told = computed.posts_placed("demo", build, str(demo_data), request)
    assert set(told) <= set(essentials(dossier))


@pytest.fixture
def scenarios(app):
    app.run()
    return app.switch_page("screens/scenarios.py").run()


def test_a_scenario_is_written_calculated_and_compared(scenarios, demo_analysis):
    code = demo_analysis.qpv["code_qp"].iloc[0]
    assert not scenarios.exception
    for which in (1, 2):
        scenarios.radio(key="scenario_choisi").set_value(which).run()
        scenarios.selectbox(key="sc_qpv").set_value(code).run()
        scenarios.number_input(key="sc_lieux").set_value(2 * which).run()
        scenarios.button(key="sc_ajouter").click().run()
        assert not scenarios.exception
    link = {name: one[0] if isinstance(one, list) else one
            for name, one in scenarios.query_params.items()}  # fmt: skip
    assert {"scenario_1", "scenario_2"} <= set(link)
    written = [one.value for one in scenarios.text if one.value.startswith("1. ")]
    colleague = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    colleague.query_params.update(link)
    colleague.switch_page("screens/scenarios.py").run()
    assert not colleague.exception
    assert colleague.radio(key="scenario_choisi").value == 2
    assert [one.value for one in colleague.text if one.value.startswith("1. ")] == written
    scenarios.button(key="sc_calculer").click().run()
    assert not scenarios.exception
    headings = [one.value for one in scenarios.subheader if "cénario" in one.value]
    assert headings == ["Scénario 1", "Scénario 2", "Les deux scénarios côte à côte"]
    table = scenarios.dataframe[0].value
    assert code in set(table["Code"])
    assert "accès : gagne" in set(table["Effet"])


def test_a_change_without_a_place_is_refused_in_words(scenarios):
    scenarios.button(key="sc_ajouter").click().run()
    assert not scenarios.exception
    assert "refusé" in scenarios.error[0].value
    assert any("Quartier du lieu : choisissez-en un" in text.value for text in scenarios.text)


def test_the_file_of_a_scenario_is_read_back(demo_analysis, tmp_path):
    from datasets.scenario_files import read_scenario
    from datasets.uploaded import read_uploaded

    code = demo_analysis.qpv["code_qp"].iloc[0]
    one = Scenario("Essai", (Change("ajouter", "mediateur", qpv=code, fte=0.5),))
    content = scenario_text(one).encode()
    assert read_uploaded("../../é vil\x00.toml", content, read_scenario) == one


def test_a_part_folded_again_keeps_its_fields(call):
    def fields():
        return {one.proto.id for kind in ("text_area", "file_uploader") for one in call.get(kind)}

    folds = ("derogation_a_decider", "derogations_en_fichier", "equipe_appel_demo_panneau")
    assert not fields()

    def drawn(*, unfolded):
        for key in folds:
            call.session_state[key] = unfolded
        call.run()
        assert not call.exception
        return fields() | {one.value for one in call.subheader if one.value == "Enregistrer"}

    seen = drawn(unfolded=True)
    # A field that is no longer drawn forgets what was typed in it.
    assert len(seen) == 3 and drawn(unfolded=False) == seen
