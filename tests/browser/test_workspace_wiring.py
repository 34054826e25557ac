"""The shared workspace on the screens: saved, opened, told when somebody saved meanwhile."""

from __future__ import annotations

import re
import zipfile
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from datasets.workspace import (
    add_note,
    correct_note,
    export_workspace,
    notes_of,
    open_workspace,
    records_of,
    save,
)
from datasets.workspace.contents import scenario_body
from geo.priority.notes import Note
from geo.scenarios import Change, Scenario
from geo.words import counted
from screens import archive_panel
from tests.serving.server import ROOT

ROLE, OTHER = "chargée de mission", "délégué territorial"
KEY = "equipe_demo_1"


def scenario(fte: float) -> Scenario:
    return Scenario("Un poste", (Change("ajouter", "mediateur", qpv="QN09901M", fte=fte),))


@pytest.fixture
def app(demo_data, tmp_path, monkeypatch):
    monkeypatch.setenv("QPV_DATA", str(demo_data))
    monkeypatch.setenv("QPV_WORKSPACE", str(tmp_path / "espace.db"))
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=180).run()


def texts(app: AppTest) -> str:
    return "\n".join(str(one.value) for one in (*app.text, *app.error, *app.success, *app.warning))


def test_a_scenario_is_saved_opened_and_a_conflict_shows_both_sides(app) -> None:
    app.session_state["changements_demo_1"] = list(scenario(0.5).changes)
    app.session_state["titre_demo_1"] = "Un poste"
    app.session_state[f"{KEY}_panneau"] = True
    app.switch_page("screens/scenarios.py").run()
    assert not app.exception
    app.text_input(key=f"{KEY}_fonction").set_value(ROLE).run()
    app.button(key=f"{KEY}_enregistrer").click().run()
    workspace = open_workspace()
    [made] = records_of(workspace, "scenario", "demo")
    assert (made.name, made.role, made.body) == ("Un poste", ROLE, scenario_body(scenario(0.5)))
    assert "Enregistré : Scénario « Un poste », version 1" in texts(app)

    save(workspace, "scenario", "demo", made.name, scenario_body(scenario(2.0)), OTHER, 1)
    app.session_state["changements_demo_1"] = list(scenario(3.0).changes)
    app.run()
    app.button(key=f"{KEY}_enregistrer").click().run()
    assert not app.exception
    assert f"par {OTHER}" in texts(app)
    [both] = [one.proto.body for one in app.get("html") if "Les deux versions" in one.proto.body]
    cells = re.findall(r'<t[hd] role="(?:rowheader|cell)"[^>]*>([^<]*)<', both)
    assert cells == ["changements 1, etp", "3", "2"]
    app.button(key=f"{KEY}_choix_theirs").click().run()
    assert not app.exception
    assert app.session_state["changements_demo_1"] == list(scenario(2.0).changes)
    [kept] = records_of(workspace, "scenario", "demo")
    assert kept.version == 2

    app.selectbox(key=f"{KEY}_ligne").select_index(-1).run()
    app.button(key=f"{KEY}_revenir").click().run()
    assert app.session_state["changements_demo_1"] == list(scenario(0.5).changes)
    app.button(key=f"{KEY}_retirer").click().run()
    assert not app.exception and records_of(workspace, "scenario", "demo") == []


def test_a_workspace_that_does_not_open_leaves_the_page_working(app, monkeypatch) -> None:
    secret = "très-secret"
    monkeypatch.setenv("QPV_WORKSPACE", f"postgresql://equipe:{secret}@127.0.0.1:9/base")
    app.session_state[f"{KEY}_panneau"] = True
    app.switch_page("screens/scenarios.py").run()
    assert not app.exception
    assert "L'espace partagé ne s'ouvre pas" in texts(app) and secret not in texts(app)
    monkeypatch.delenv("QPV_WORKSPACE")
    app.button(key=f"{KEY}_essayer").click().run()
    assert not app.exception and "ne s'ouvre pas" not in texts(app)


def test_notes_stand_on_the_quarter_and_beside_the_ranking(app, demo_analysis) -> None:
    code = demo_analysis.qpv["code_qp"].iloc[-1]
    motive = "Le seul cabinet du quartier ferme en septembre"
    workspace = open_workspace()
    add_note(workspace, "demo", Note(code, motive, "2026-01-15", ROLE, "ajouter"))
    app.query_params["qpv"] = code
    app.switch_page("screens/quartier.py").run()
    assert not app.exception
    assert f"15/01/2026, {ROLE} : {motive} (effet : ajoute à la liste)" in texts(app)
    app.query_params["postes"] = "3"
    app.switch_page("screens/appel.py").run()
    assert not app.exception
    [table] = [one.value for one in app.dataframe if "Rang avec" in one.value]
    row = table.set_index("Code").loc[code]
    assert row["Notes"] == motive and row["Rang avec"].endswith("retenu")
    assert not row["Rang sans"].endswith("retenu")
    app.button(key="preparer").click().run()
    asked = app.session_state["dossier_demande"]
    assert [note.motive for note in asked.notes] == [motive]
    assert any(f"{counted(1, 'note')} de terrain y seront" in one.value for one in app.caption)


def test_an_archive_is_looked_at_then_brought_and_a_hostile_one_refused(
    app, monkeypatch, tmp_path
) -> None:
    theirs = open_workspace(str(tmp_path / "autre.db"))
    save(theirs, "scenario", "demo", "A", scenario_body(scenario(0.5)), OTHER)
    save(theirs, "scenario", "demo", "B", scenario_body(scenario(1.0)), OTHER)
    export_workspace(theirs, tmp_path / "espace.zip")
    ours = open_workspace()
    kept = save(ours, "scenario", "demo", "A", scenario_body(scenario(2.0)), ROLE)
    bad = tmp_path / "mauvaise.zip"
    bad.write_bytes((tmp_path / "espace.zip").read_bytes())
    with zipfile.ZipFile(bad, "a") as opened:
        opened.writestr("../../x", b"x")
    sent = {"archive_fichier_0": bad}

    def upload(*_, key="", **__):
        path = sent.get(key)
        return path and SimpleNamespace(name=path.name, getvalue=path.read_bytes, file_id=str(path))

    monkeypatch.setattr("streamlit.file_uploader", upload)
    app.session_state[archive_panel.KEY] = True
    app.switch_page("screens/donnees.py").run()
    assert not app.exception
    assert "'../../x' : inattendu dans un espace partagé" in texts(app)
    assert "archive_apporter" not in {one.key for one in app.button}

    sent["archive_fichier_0"] = tmp_path / "espace.zip"
    app.run()
    told = "".join(one.proto.body for one in app.get("html"))
    assert f"{counted(1, 'fiche nouvelle')}" in told and "« A », demo : version 1 ici" in texts(app)
    assert app.button(key="archive_apporter").disabled
    assert records_of(ours, "scenario") == [kept]
    app.checkbox(key="archive_les_deux").check().run()
    app.button(key="archive_apporter").click().run()
    assert not app.exception
    assert f"Archive apportée : {counted(1, 'fiche nouvelle')}" in texts(app)
    assert [one.name for one in records_of(ours, "scenario")] == ["A", "A (2)", "B"]
    assert records_of(ours, "scenario")[0] == kept


def test_a_note_is_corrected_withdrawn_and_put_back_on_the_screen(app, demo_analysis) -> None:
    code = demo_analysis.qpv["code_qp"].iloc[-1]
    motive, later = "Le seul cabinet ferme en septembre", "Le seul cabinet ferme en octobre"
    workspace = open_workspace()
    made = add_note(workspace, "demo", Note(code, motive, "2026-01-15", OTHER))
    app.query_params["qpv"] = code
    app.switch_page("screens/quartier.py").run()

    def press(key: str) -> None:
        app.button(key=key).click().run()
        assert not app.exception

    def write(text: str) -> None:
        press(f"corriger_note_{made.id}")
        [field] = app.text_area
        assert field.value in (motive, later)
        field.set_value(text)
        app.text_input(key="note_fonction").set_value(ROLE)

    def keep(label: str = "Garder la correction") -> None:
        next(one for one in app.button if one.label == label).click().run()
        assert not app.exception

    # Nobody acts in the name of who wrote.
    press(f"retirer_note_{made.id}")
    assert any("écrivez d'abord votre fonction" in one.value for one in app.error)
    assert [note.motive for _, note in notes_of(workspace, "demo")] == [motive]

    write(later)
    keep()
    assert f"15/01/2026, {ROLE} : {later} (effet : aucun effet" in texts(app)
    assert f"créé par {OTHER}\n15/01/2026, {OTHER} : {motive}" in texts(app)

    write(f"{later} au plus tard")
    correct_note(workspace, made.id, Note(code, f"{motive} 2027", "2026-01-15", OTHER))
    keep()
    assert "Quelqu'un a enregistré entre-temps" in texts(app)
    press(f"note_choix_{code}_choix_mine")
    assert f"{ROLE} : {later} au plus tard" in texts(app) and f"{motive} 2027" in texts(app)

    correct_note(workspace, made.id, Note(code, motive, "2026-01-15", OTHER))
    press(f"retirer_note_{made.id}")  # what was read is withdrawn, not what nobody has seen
    assert "Quelqu'un a enregistré entre-temps" in texts(app)
    press(f"note_choix_{code}_choix_mine")
    assert notes_of(workspace, "demo") == [] and "Retirée le" in texts(app)
    press(f"retablir_note_{made.id}")
    assert [note.motive for _, note in notes_of(workspace, "demo")] == [motive]
