"""A reader's own files in a browser: seen by that reader alone, hostile ones shown or refused."""

from __future__ import annotations

import io
import zipfile

import pytest

pytestmark = pytest.mark.browser

HEAD = "identifiant;profession;structure;commune;longitude;latitude;lieux;precision;annee"
NAME = "../../<img src=x onerror=alert(1)>.csv"


def _lines(commune: str) -> bytes:
    named = "centre de santé;<img src=x onerror=alert(1)>"
    return (
        f"{HEAD}\na;médecin généraliste;;{commune};;;40;commune;2025\n"
        f"b;{named};{commune};;;1;;2025\nc;plombier;;{commune};;;=cmd|'/c calc'!A0;;25\n"
    ).encode()


def _workbook(sheet: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
    return target.getvalue()


def _send(page, name: str, content: bytes) -> None:
    page.locator("input[type=file]").first.set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": content}
    )


def test_own_files_are_of_one_session_and_hostile_ones_do_no_harm(
    watched, narrow, served, demo_data, demo_analysis
):
    before = sorted(demo_data.rglob("*"))
    page = watched.page
    said: list[str] = []
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    watched.open_still(f"{served}/donnees?territoire=demo")
    page.get_by_text("lieux de soins", exact=True).click()
    page.get_by_text("Une ligne par cabinet").wait_for()

    _send(page, "bombe.xlsx", _workbook(b"<a/>" + b"0" * 60_000_000))
    page.get_by_text("une fois décompressé").wait_for()
    _send(page, "gros.csv", b"a" * 5_600_000)
    page.locator("[data-testid=stFileChip][aria-invalid=true]").wait_for()
    told = page.locator("[data-testid=stFileUploader]").first.evaluate(
        "box => getComputedStyle(box, '::after').content"
    )
    assert "Fichier refusé" in told

    _send(page, NAME, _lines(demo_analysis.qpv["commune"].iloc[0]))
    page.get_by_text("1 ligne refusée").wait_for()
    # Looked at, not yet used: it waits for a reader who goes and comes back.
    page.get_by_role("link", name="Suivi").click()
    page.get_by_role("heading", name="Suivi").wait_for()
    page.get_by_role("link", name="Données", exact=True).click()
    page.get_by_text("Gardé depuis votre passage précédent").wait_for()
    page.get_by_text("1 ligne refusée").wait_for()
    watched.shot("donnees-garde")
    page.get_by_role("button", name="Utiliser").click()
    page.get_by_text("Vos fichiers :").wait_for()
    watched.shot("donnees-apport")
    page.get_by_role("link", name="Carte").click()
    page.get_by_role("heading", name="Carte").wait_for()
    page.get_by_text("Vos fichiers :").wait_for()
    # Used, it is in the session once: no longer waiting.
    page.get_by_role("link", name="Données", exact=True).click()
    page.get_by_role("heading", name="Apporter vos fichiers").wait_for()
    watched.still()
    assert page.get_by_text("Gardé depuis").count() == 0

    other = narrow.open_still(f"{served}/donnees?territoire=demo")
    other.get_by_role("heading", name="Apporter vos fichiers").wait_for()
    assert other.get_by_text("Vos fichiers :").count() == 0

    page.get_by_role("button", name="Retirer").click()
    page.get_by_text("Vos fichiers :").wait_for(state="detached")
    assert said == []
    assert watched.outside == narrow.outside == []
    assert sorted(demo_data.rglob("*")) == before
