"""Réseau in a real browser: points brought, located and given back, nothing outside."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser


def test_points_are_located_and_given_back(served, narrow, tmp_path, demo_layers):
    quarters = demo_layers.geo("qpv")
    row = quarters[quarters["perimeter"] == "2024"].iloc[0]
    at = row.geometry.representative_point()
    points = tmp_path / "points.csv"
    points.write_text(f"id,lon,lat\n=1+1,{at.x:.6f},{at.y:.6f}\n", encoding="utf-8")
    page = narrow.page
    page.goto(f"{served}/reseau?territoire=demo&reseau=adresses")
    page.get_by_role("heading", name="À quel quartier appartient").wait_for(timeout=180_000)
    page.locator("input[type=file]").first.set_input_files(points)
    page.get_by_role("button", name="Situer ces points").click()
    page.get_by_role("heading", name="Réponse").wait_for(timeout=60_000)
    assert "1 point dedans sur 1 placé" in page.inner_text("body").replace("\u00a0", " ")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    with page.expect_download() as got:
        page.get_by_role("button", name="Télécharger la réponse").click()
    written = got.value.path().read_text(encoding="utf-8").splitlines()
    assert row["code_qp"] in written[1] and not written[1].startswith("=")
    assert narrow.outside == []
