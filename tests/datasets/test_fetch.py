"""A territory is fetched source by source: what fails is told, what is in place stays."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from datasets.catalogue import UnknownSource, needed_sources, source
from datasets.download import Client
from datasets.endpoints import Endpoints, Policy
from datasets.fetch import FetchReport, fetch_territory
from datasets.fetch_errors import FetchBusy
from datasets.fetch_lock import fetch_lock
from datasets.fetch_progress import BarProgress, console_progress
from datasets.provenance import known_provenance
from datasets.raw import RawFolder
from geo.errors import BadTerritory
from geo.territory import Territory, parse_territory
from tests.datasets.web import Asked, Site, serving, zipped

COMMUNES = [
    {"code": "01004", "codeDepartement": "01", "codeRegion": "84", "codeEpci": "240100883"},
    {"code": "42218", "codeDepartement": "42", "codeRegion": "84", "codeEpci": "244200770"},
    {"code": "43162", "codeDepartement": "43", "codeRegion": "84", "codeEpci": "244300307"},
    {"code": "84007", "codeDepartement": "84", "codeRegion": "93", "codeEpci": "248400251"},
    {"code": "26064", "codeDepartement": "26", "codeRegion": "84", "codeEpci": "200040681"},
    {"code": "84150", "codeDepartement": "84", "codeRegion": "93", "codeEpci": "200040681"},
    {"code": "97801", "codeDepartement": "978", "codeRegion": None, "codeEpci": None},
]
AURA = ("01", "26", "42", "43")
CSV = b"code;nom\n01004;a\n"


def communes(asked: Asked) -> bytes:
    wanted = asked.query.get("codeDepartement")
    rows = [row for row in COMMUNES if wanted in (None, row["codeDepartement"])]
    return json.dumps(rows).encode()


def layer(asked: Asked) -> bytes:
    name = asked.query.get("CQL_FILTER", "tout")
    features = [{"type": "Feature", "id": name, "properties": {}, "geometry": None}]
    return json.dumps({"features": features, "numberMatched": 1}).encode()


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """All the publishers in one place, honest."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving() as opened:
        opened.put("/communes", communes)
        opened.put("/wfs/ows", layer)
        bodies = {"zip": zipped(), "xlsx": zipped(), "text": CSV, "json": b"[]"}
        attachments = []
        for entry in needed_sources():
            spec, body = entry.resolver, bodies[entry.content]
            if spec.kind == "datagouv":
                resource = {
                    "title": f"{entry.file} qpv2024 adultes relais 2024",
                    "format": spec.format,
                }
                resource |= {"url": f"{opened.url}/files/{entry.id}", "last_modified": "2026"}
                listing = opened.pages.get(f"/api/1/datasets/{spec.slug}/")
                rows = json.loads(bytes(listing.body))["resources"] if listing else []  # type: ignore[arg-type]
                told = json.dumps({"resources": [*rows, resource]}).encode()
                opened.put(f"/api/1/datasets/{spec.slug}/", told)
                opened.put(f"/files/{entry.id}", body, etag=f'"{entry.id}"')
                opened.put(f"/api/1/datasets/r/{spec.resource_id}", body, etag='"1"')
            if spec.kind == "insee":
                path = f"/fr/statistiques/fichier/{spec.page_id}/{spec.remote_file}"
                opened.put(path, body, etag='"1"')
            if spec.kind == "drees":
                opened.put(f"/att/{entry.id}", body, etag='"1"')
                name = f"apl_{spec.attachment_pattern}_xlsx".replace("?", "").replace(".", "_")
                name = name.replace("(er|ere)", "er")
                attachments.append({"id": name, "href": f"{opened.url}/att/{entry.id}"})
                path = f"/api/explore/v2.1/catalog/datasets/{spec.dataset}/attachments"
                opened.put(path, json.dumps({"attachments": attachments}).encode())
            if spec.kind == "url":
                opened.put(spec.path, body, etag='"1"')
        yield opened


def fetch(site: Site, data: Path, territory: str = "dep:42", **more: object) -> FetchReport:
    client = Client(Policy(attempts=2, pause_s=0.0), sleep=lambda _: None)
    return fetch_territory(
        parse_territory(territory),
        data,
        endpoints=Endpoints(*[site.url] * 6),
        client=client,
        **more,  # type: ignore[arg-type]
    )


def statuses(report: FetchReport) -> dict[str, str]:
    return {each.source_id: each.status for each in report.outcomes}


def test_all_that_a_territory_needs_comes_then_is_unchanged(site: Site, tmp_path: Path) -> None:
    said: list[str] = []
    report = fetch(site, tmp_path, say=said.append)
    assert not report.failed, report.in_words()
    expected = {
        entry.id: "fetched" if entry.downloadable else "manual" for entry in needed_sources()
    }
    assert statuses(report) == expected
    assert report.departements == AURA
    raw = RawFolder(tmp_path / "raw")
    assert [each.path.name for each in raw.files("communes")] == [
        "arrondissements-municipaux.json",
        *(f"departement-{code}.geojson" for code in AURA),
        "france.json",
    ]
    assert len(raw.files("iris_contours")) == len(AURA)
    for outcome in report.of("fetched"):
        assert all(known_provenance(path) is not None for path in outcome.files)
    assert len(said) == len(report.outcomes)
    assert "0 en échec" in report.in_words().splitlines()[-1]
    again = fetch(site, tmp_path)
    assert set(statuses(again).values()) == {"unchanged", "manual"}


@pytest.mark.parametrize(
    ("territory", "departements"),
    [
        ("dep:42", AURA),
        ("commune:42218", AURA),
        ("epci:244200770", AURA),
        ("epci:200040681", (*AURA, "84")),
        ("region:84", AURA),
        ("dep:84", ("84",)),
        ("dep:978", ("978",)),
        ("france", (*AURA, "84", "978")),
    ],
)
def test_the_whole_regions_of_a_territory_are_fetched(
    site: Site, tmp_path: Path, territory: str, departements: tuple[str, ...]
) -> None:
    report = fetch(site, tmp_path, territory, only=["communes"])
    assert report.departements == departements


def test_a_source_that_fails_is_told_and_the_others_go_on(site: Site, tmp_path: Path) -> None:
    site.pages["/pub/healthcare/2023/csv/FR.csv"].always = "404"
    site.pages["/att/apl_mg"].always = "html"
    report = fetch(site, tmp_path)
    failed = {each.source_id: each for each in report.of("failed")}
    assert set(failed) == {"hospitals", "apl_mg"}
    for words in ("404", "FR.csv", str(tmp_path / "raw" / "hospitals"), "À faire", "https://"):
        assert words in failed["hospitals"].line
    assert "page web" in failed["apl_mg"].reason


def test_a_failure_says_that_the_file_in_place_stays(site: Site, tmp_path: Path) -> None:
    fetch(site, tmp_path, only=["hospitals"])
    before = (tmp_path / "raw/hospitals/FR.csv").read_bytes()
    page = site.pages["/pub/healthcare/2023/csv/FR.csv"]
    page.always, page.etag = "503", ""
    report = fetch(site, tmp_path, only=["hospitals"])
    assert "déjà présent (20" in report.outcomes[0].reason
    assert (tmp_path / "raw/hospitals/FR.csv").read_bytes() == before
    assert report.outcomes[0].files == (tmp_path / "raw/hospitals/FR.csv",)


def test_a_dead_stable_address_falls_back_on_the_listing(site: Site, tmp_path: Path) -> None:
    stable = f"/api/1/datasets/r/{source('finess').resolver.resource_id}"
    site.pages[stable].always = "404"
    report = fetch(site, tmp_path, only=["finess"])
    assert statuses(report) == {"finess": "fetched"}
    site.pages["/files/finess"].always = "403"
    site.pages["/files/finess"].etag = '"2"'
    report = fetch(site, tmp_path, only=["finess"])
    assert "404" in report.outcomes[0].reason
    assert "; puis" in report.outcomes[0].reason
    assert "403" in report.outcomes[0].reason


def test_one_departement_that_fails_does_not_stop_the_others(site: Site, tmp_path: Path) -> None:
    def partly(asked: Asked) -> bytes:
        return b"{}" if "'26%'" in asked.query["CQL_FILTER"] else layer(asked)

    site.put("/wfs/ows", partly)
    report = fetch(site, tmp_path, only=["iris_contours"])
    assert report.outcomes[0].status == "failed"
    assert report.outcomes[0].reason.startswith("26 : ")
    names = sorted(path.name for path in (tmp_path / "raw/iris_contours").glob("*.geojson"))
    assert names == ["iris-01.geojson", "iris-42.geojson", "iris-43.geojson"]


def test_without_any_list_of_communes_the_rest_still_comes(site: Site, tmp_path: Path) -> None:
    site.pages["/communes"].always = "500"
    report = fetch(site, tmp_path, only=["communes", "iris_contours", "hospitals"])
    assert statuses(report) == {
        "communes": "failed",
        "iris_contours": "failed",
        "hospitals": "fetched",
    }
    assert "départements" in report.of("failed")[0].reason
    assert "panne du site" in report.of("failed")[0].reason


def test_the_list_fetched_before_serves_when_the_service_is_down(
    site: Site, tmp_path: Path
) -> None:
    fetch(site, tmp_path, only=["communes"])
    site.pages["/communes"].always = "500"
    report = fetch(site, tmp_path, only=["communes", "iris_contours"])
    assert statuses(report) == {"communes": "failed", "iris_contours": "fetched"}
    assert report.departements == AURA
    assert "liste nationale" in report.of("failed")[0].reason


def test_what_is_brought_by_hand_is_told_how_then_seen(site: Site, tmp_path: Path) -> None:
    report = fetch(site, tmp_path, only=["ifn"])
    assert "apporté" in report.outcomes[0].reason
    assert str(tmp_path / "raw" / "ifn") in report.outcomes[0].reason
    (tmp_path / "raw/ifn").mkdir()
    (tmp_path / "raw/ifn/mon_fichier.csv").write_bytes(CSV)
    report = fetch(site, tmp_path, only=["ifn"])
    assert report.outcomes[0].reason == "déjà là (mon_fichier.csv)"
    assert not report.failed


def test_what_cannot_be_fetched_is_refused_before_anything(site: Site, tmp_path: Path) -> None:
    with pytest.raises(BadTerritory, match="qpv build demo"):
        fetch_territory(Territory("demo"), tmp_path)
    with pytest.raises(UnknownSource, match="nulle"):
        fetch(site, tmp_path, only=["nulle"])
    with pytest.raises(BadTerritory, match="epci:999999999"):
        fetch(site, tmp_path, "epci:999999999")
    assert not (tmp_path / "raw/bpe").exists()


def test_two_runs_at_once_end_with_whole_files(site: Site, tmp_path: Path) -> None:
    for page in site.pages.values():
        page.faults = ["delay:0.05"] if page.etag else []
    said: list[str] = []
    reports: list[FetchReport] = []
    runs = [
        threading.Thread(target=lambda: reports.append(fetch(site, tmp_path, say=said.append)))
        for _ in range(2)
    ]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert [report.failed for report in reports] == [(), ()]
    # The second run starts when the first has finished: it finds every file in place.
    assert sorted(bool(report.of("fetched")) for report in reports) == [False, True]
    assert sum("j'attends" in line for line in said) == 1
    raw = tmp_path / "raw"
    assert not list(raw.rglob("*.part"))
    for path in raw.rglob("*.zip"):
        assert known_provenance(path) is not None


def test_a_second_run_that_will_not_wait_says_who_holds_the_folder(
    site: Site, tmp_path: Path
) -> None:
    with (
        fetch_lock(tmp_path, "region:84", wait=True, say=lambda _: None),
        pytest.raises(FetchBusy, match=rf"region:84, processus {os.getpid()}.*À faire"),
    ):
        fetch(site, tmp_path, only=["hospitals"], wait=False)
    assert fetch(site, tmp_path, only=["hospitals"], wait=False).failed == ()


def test_a_killed_run_never_blocks_the_next(site: Site, tmp_path: Path) -> None:
    code = """
        import os, signal, sys
        from pathlib import Path
        from datasets.fetch_lock import fetch_lock
        with fetch_lock(Path(sys.argv[1]), "dep:42", wait=True, say=print):
            os.kill(os.getpid(), signal.SIGKILL)
    """
    root = Path(__file__).resolve().parents[2]
    run = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), str(tmp_path)], cwd=root, check=False
    )
    assert run.returncode == -9
    assert (tmp_path / "raw/.fetch.holder.json").is_file()
    assert fetch(site, tmp_path, only=["hospitals"], wait=False).failed == ()


def test_the_bar_tells_the_name_and_the_remaining_time() -> None:
    stream = io.StringIO()
    bar = BarProgress(Console(file=stream, force_terminal=True, width=200))
    bar.advance(1)  # nothing is drawn before a start
    assert stream.getvalue() == ""
    for label in ("Une source", "Une autre"):
        bar.start(label, 100)
        bar.advance(40)
        bar.done()
        assert label in stream.getvalue()
    assert "40/100" in stream.getvalue()
    assert "reste" in stream.getvalue()


def test_nobody_watching_nothing_is_drawn(capsys: pytest.CaptureFixture[str]) -> None:
    progress = console_progress()
    progress.start("Une source", 10)
    progress.advance(10)
    progress.done()
    assert capsys.readouterr() == ("", "")
