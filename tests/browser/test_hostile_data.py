"""Names that try to be scripts, links or formulas, in the data and in the address."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import openpyxl
import pytest

from datasets import store
from datasets.demo.monitoring_file import demo_monitoring
from datasets.workspace import add_note, open_workspace, records_of, save
from datasets.workspace.contents import scenario_body
from geo import analyse
from geo.priority.notes import Note
from geo.report import to_csv_bytes, to_xlsx_bytes
from geo.scenarios import Change, Scenario
from screens.plain import plain
from tests.serving.hostile import COMMUNE, FORMULA, STRUCTURE, write_hostile
from tests.serving.server import serve

pytestmark = pytest.mark.browser
MARKED_FILE = "![p](http:) **gras** <b>"
SCREENS = ("", "quartier", "appel", "scenarios", "aller_vers", "suivi", "reseau", "pratiques",
           "donnees", "reseau?reseau=demarches", "reseau?reseau=groupement")  # fmt: skip
# What the hostile names would leave behind if any were read as HTML or as Markdown.
INJECTED = """
(() => {
  const marks = "img[src='x'], svg[onload], #injecte, [onmouseover], [onerror], "
    + "a[href^='javascript:'], img[src*='192.0.2.1'], a[href*='192.0.2.1']";
  const all = (root) => [...root.querySelectorAll(marks)].concat(
    [...root.querySelectorAll("*")].flatMap((one) => one.shadowRoot ? all(one.shadowRoot) : []));
  return all(document).map((one) => one.outerHTML.slice(0, 200));
})()
"""


@pytest.fixture(scope="module")
def hostile_data(demo_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("hostile")
    write_hostile(demo_data, data)
    return data


@pytest.fixture(scope="module")
def hostile(hostile_data: Path) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("QPV_WORKSPACE", str(hostile_data / "espace.db"))
        with serve(hostile_data) as running:
            yield running.address


def _opened(watched, address: str) -> str:
    """The words of the page once it is still; nothing has run and nothing was injected."""
    dialogs: list[str] = []
    watched.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    watched.page.goto(address)
    told = _unharmed(watched)
    assert dialogs == []
    return told


def _unharmed(watched) -> str:
    watched.page.locator(".stMainBlockContainer .stElementContainer").first.wait_for(
        state="attached"
    )
    watched.at_rest()
    watched.page.wait_for_timeout(300)
    for frame in watched.page.frames:
        assert frame.evaluate(INJECTED) == []
    assert watched.outside == []
    return watched.page.inner_text("body")


def test_no_screen_runs_what_a_name_holds(hostile, watched, demo_analysis):
    code = demo_analysis.qpv["code_qp"]
    first = sorted(code)[0]
    shown = {
        screen: _opened(
            watched, f"{hostile}/{screen}{'&' if '?' in screen else '?'}territoire=demo&qpv={first}"
        )
        for screen in SCREENS
    }
    told = " ".join(shown["quartier"].split())
    assert "</script><script>alert(3)</script>" in told
    assert "**gras**" in told
    assert COMMUNE in told
    assert STRUCTURE in shown[""] + shown["quartier"]
    assert "**gras**" in shown["aller_vers"]


def test_what_a_file_brought_names_is_shown_as_it_is(hostile, watched, tmp_path):
    page = watched.page
    follow_up = demo_monitoring().decode("utf-8-sig").splitlines()
    cells = [line.split(";") for line in follow_up]
    marked = STRUCTURE + " ![p](http://192.0.2.1/p.png) **gras**"
    lines = [cells[0]] + [[one, marked, *rest] for one, _, *rest in cells[1:]]
    sent = tmp_path / f"{MARKED_FILE}.csv"
    sent.write_text("\n".join(";".join(line) for line in lines), "utf-8")
    _opened(watched, f"{hostile}/suivi?territoire=demo")
    page.locator("input[type=file]").first.set_input_files(sent)
    page.get_by_role("button", name="Lire ce fichier de suivi").click()
    # In the table alone, whose words are drawn: its cells for screen readers are not in view.
    page.get_by_text(STRUCTURE).first.wait_for(state="attached")
    _unharmed(watched)

    card = tmp_path / "fiches.csv"
    card.write_text(
        "identifiant;titre;lieu;annee;acteurs;resume;source\n"
        f"x1;{marked};{marked};2024;{marked};{marked};{marked}\n", "utf-8",
    )  # fmt: skip
    _opened(watched, f"{hostile}/pratiques?territoire=demo")
    page.locator("input[type=file]").first.set_input_files(card)
    page.get_by_role("button", name="Ajouter ces fiches").click()
    page.get_by_role("heading", name=STRUCTURE).wait_for()
    _unharmed(watched)


@pytest.mark.parametrize(
    "asked",
    [
        "territoire=<script>alert(1)</script>",
        "territoire=![p](http://192.0.2.1/p.png)",
        "territoire=" + "a" * 20_000,
        "territoire=../../etc/passwd",
        "territoire=demo&qpv=<script>alert(1)</script>&departement=%00&couches=a,b&situations=[x]",
        "territoire=demo&qpv=" + "Q" * 20_000,
        "territoire=demo&qpv=![p](http://192.0.2.1/p.png)",
    ],
)
def test_no_address_runs_or_breaks_a_page(hostile, watched, asked):
    name, _, value = asked.partition("=")
    shown = _opened(watched, f"{hostile}/?{name}={quote(value, safe='=&,')}")
    assert "Traceback" not in shown
    assert watched.page.locator("[data-testid=stException]").count() == 0
    assert len(shown) < 60_000


def _picture(name: str) -> str:
    return f"![{name}](http://127.0.0.1:9/{name}.png)"


def _hostile_scenario(fte: float) -> Scenario:
    post = Change("ajouter", "mediateur", qpv="QN09901M", fte=fte)
    return Scenario(_picture("titre"), (post,))


def test_what_a_colleague_wrote_asks_nothing_outside(hostile, hostile_data, watched, monkeypatch):
    """A scenario, a note, a file and their author, all named after a picture of port 9."""
    monkeypatch.setenv("QPV_WORKSPACE", str(hostile_data / "espace.db"))
    workspace = open_workspace()
    role = _picture("fonction")
    save(workspace, "scenario", "demo", _picture("nom"), scenario_body(_hostile_scenario(2)), role)
    add_note(workspace, "demo", Note("QN09901M", f"Fermeture {_picture('note')}", "2026-01-15",
                                     role, "aucun"))  # fmt: skip
    page, asked = watched.page, []
    page.on("request", lambda request: asked.append(request.url) if ":9/" in request.url else None)

    def button(name: str) -> None:
        page.get_by_role("button", name=name).click()

    watched.open_still(f"{hostile}/scenarios?territoire=demo")
    page.get_by_text("Espace partagé : enregistrer, ouvrir").click()
    button("Ouvrir ici")
    page.get_by_text("Ouvert ici : Scénario « ![nom]").wait_for()
    button("Calculer le scénario")
    page.get_by_role("heading", name="![titre]").wait_for()
    [kept] = records_of(workspace, "scenario", "demo")
    save(workspace, "scenario", "demo", kept.name, scenario_body(_hostile_scenario(3)), role, 1)
    page.get_by_label("Titre du scénario").fill(_picture("mien"))
    page.keyboard.press("Enter")
    page.get_by_role("textbox", name="Votre fonction").fill(role)
    page.keyboard.press("Enter")
    button("Enregistrer dans l'espace partagé")
    page.get_by_role("cell", name="![mien]").wait_for()

    watched.open_still(f"{hostile}/quartier?territoire=demo&qpv=QN09901M")
    page.get_by_text("Notes de terrain sur ce quartier").click()
    page.get_by_text("![note]").wait_for()

    watched.open_still(f"{hostile}/donnees?territoire=demo")
    content = f"structure;{_picture('colonne')}\nA;{_picture('case')}\n".encode()
    page.locator("input[type=file]").first.set_input_files(
        {"name": f"{_picture('fichier')}.csv", "mimeType": "text/csv", "buffer": content}
    )
    page.get_by_text("Aucune bonne ligne").wait_for()
    assert re.search(r"\d o\b", page.inner_text("[data-testid=stFileUploader]"))
    page.locator("input[type=file]").first.set_input_files(
        {"name": "lourd.csv", "mimeType": "text/csv", "buffer": b"x" * 6_000_000}
    )
    page.get_by_text("Fichier trop lourd").first.wait_for(state="attached")
    page.wait_for_timeout(500)
    assert asked == []


def test_exports_hold_no_formula(hostile_data):
    """A spreadsheet opens these files: a cell that begins with = + - @ would be computed."""
    analysis = analyse(store.load("demo", hostile_data))
    lines = list(csv.reader(io.StringIO(to_csv_bytes(analysis).decode("utf-8-sig")), delimiter=";"))
    cells = [cell for line in lines for cell in line]
    assert any(FORMULA in cell for cell in cells)
    assert not [cell for cell in cells if cell.startswith(("=", "@", "\t"))]
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx_bytes(analysis)))
    kinds = [
        (cell.data_type, cell.value)
        for sheet in book for line in sheet.iter_rows() for cell in line
    ]  # fmt: skip
    assert any(FORMULA in str(value) for _, value in kinds)
    assert not [value for kind, value in kinds if kind == "f"]
    assert not [cell for sheet in book for line in sheet.iter_rows() for cell in line
                if cell.hyperlink and "192.0.2.1" in str(cell.hyperlink.target)]  # fmt: skip


def test_plain_words_have_no_markdown_left():
    assert plain("a **b** [c](d)") == r"a \*\*b\*\* \[c\](d)"
    assert plain("Les Amarres, L'Île : 3,5 (QN09918M)") == "Les Amarres, L'Île : 3,5 (QN09918M)"
    assert plain(":red[rouge] 1 < 2 & $x$") == ":\u2060red\\[rouge\\] 1 \\< 2 \\& \\$x\\$"
    assert plain(":smile: :+1: :material/home:") == (
        ":\u2060smile: :\u2060+1: :\u2060material/home:"
    )
    assert plain("a@exemple.fr, 10:30") == "a@\u2060exemple.fr, 10:30"
    assert plain("![x](/y) `z`") == r"\!\[x\](/y) \`z\`"
    assert "://" not in plain("http://192.0.2.1")
    assert plain("- a").startswith(r"\-")
    assert len(plain("x" * 5_000)) < 2_100
