"""A download survives what servers do, and the file in place survives the download."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from datasets.catalogue import Source, source
from datasets.download import Client
from datasets.endpoints import Policy
from datasets.fetch_errors import BadDownload, CannotWrite, SourceUnreachable
from datasets.provenance import known_provenance, provenance_path
from tests.datasets.web import Site, serving, zipped

BODY = zipped(filler=600_000)
OLD = zipped("ancien")
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
POLICY = Policy(attempts=4, silent_attempts=2, read_timeout_s=5.0, pause_s=0.0)


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving() as opened:
        yield opened


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def client(waits: list[float]) -> Iterator[Client]:
    with Client(POLICY, sleep=waits.append, now=lambda: NOW) as opened:
        yield opened


@pytest.fixture
def bpe() -> Source:
    return source("bpe")


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "raw" / "bpe" / "BPE23.zip"


@pytest.fixture
def in_place(target: Path) -> Path:
    target.parent.mkdir(parents=True)
    target.write_bytes(OLD)
    return target


def leftovers(target: Path) -> list[str]:
    known = {target.name, provenance_path(target).name}
    return sorted(path.name for path in target.parent.iterdir() if path.name not in known)


class Watcher:
    def __init__(self) -> None:
        self.told: list[tuple[str, int | None]] = []

    def start(self, label: str, total: int | None) -> None:
        self.told.append(("start", total))

    def advance(self, count: int) -> None:
        self.told.append(("advance", count))

    def done(self) -> None:
        self.told.append(("done", None))


def test_a_file_comes_whole_with_its_provenance(
    site: Site, client: Client, bpe: Source, target: Path
) -> None:
    site.put("/f", BODY, etag='"v1"', last_modified="Sun, 01 Nov 2026 10:00:00 GMT")
    site.put("/stable", always=f"to:{site.url}/f")
    watcher = Watcher()
    got = client.download(f"{site.url}/stable", target, bpe, progress=watcher)
    assert got.changed
    assert target.read_bytes() == BODY
    noted = json.loads(provenance_path(target).read_text(encoding="utf-8"))
    assert datetime.fromisoformat(noted.pop("fetched_at")).utcoffset() == timedelta(0)
    assert noted == {
        "source_id": "bpe",
        "url": f"{site.url}/stable",
        "final_url": f"{site.url}/f",
        "size": len(BODY),
        "sha256": hashlib.sha256(BODY).hexdigest(),
        "etag": '"v1"',
        "last_modified": "Sun, 01 Nov 2026 10:00:00 GMT",
        "vintage": bpe.vintage,
        "licence": bpe.licence,
        "publisher": "Insee",
    }
    assert leftovers(target) == []
    assert watcher.told[0] == ("start", len(BODY))
    assert watcher.told[-1] == ("done", None)
    assert sum(n or 0 for what, n in watcher.told if what == "advance") == len(BODY)


@pytest.mark.parametrize("validator", [{"etag": '"v1"'}, {"last_modified": "Sun, 01 Nov 2026"}])
def test_a_cut_body_is_resumed_where_it_stopped(
    site: Site, client: Client, bpe: Source, target: Path, validator: dict[str, str]
) -> None:
    site.put("/f", BODY, faults=["cut:196608", "cut:98304"], **validator)
    client.download(f"{site.url}/f", target, bpe)
    assert target.read_bytes() == BODY
    first, second, third = (each.headers for each in site.asked)
    assert "Range" not in first
    assert second["Range"] == "bytes=196608-"
    assert second["If-Range"] == next(iter(validator.values()))
    assert third["Range"] == "bytes=294912-"


@pytest.mark.parametrize("weak", [{}, {"etag": 'W/"v1"'}])
def test_without_a_strong_validator_two_halves_are_never_put_together(
    site: Site, client: Client, bpe: Source, target: Path, weak: dict[str, str]
) -> None:
    site.put("/f", BODY, faults=["cut:196608"], **weak)
    client.download(f"{site.url}/f", target, bpe)
    assert target.read_bytes() == BODY
    assert ["Range" in each.headers for each in site.asked] == [False, False]


def test_a_server_that_ignores_ranges_starts_again(
    site: Site, client: Client, bpe: Source, target: Path
) -> None:
    site.put("/f", BODY, etag='"v1"', ranges=False, faults=["cut:196608"])
    client.download(f"{site.url}/f", target, bpe)
    assert target.read_bytes() == BODY
    assert site.asked[1].headers["Range"] == "bytes=196608-"


def test_a_file_changed_between_two_halves_is_taken_anew(
    site: Site, client: Client, bpe: Source, target: Path
) -> None:
    page = site.put("/f", zipped("v1", filler=500_000), etag='"v1"', faults=["cut:196608"])

    def edition_changes(_: float) -> None:
        page.body, page.etag = BODY, '"v2"'

    client._sleep = edition_changes
    client.download(f"{site.url}/f", target, bpe)
    assert target.read_bytes() == BODY
    noted = known_provenance(target)
    assert noted is not None
    assert noted.etag == '"v2"'


def test_a_rest_that_starts_elsewhere_is_refused_and_taken_anew(
    site: Site, client: Client, bpe: Source, target: Path
) -> None:
    site.put("/f", BODY, etag='"v1"', faults=["cut:196608", "bad-range"])
    client.download(f"{site.url}/f", target, bpe)
    assert target.read_bytes() == BODY
    assert "Range" not in site.asked[2].headers


def test_a_cut_that_nobody_announced_is_found_by_the_content_and_mended(
    site: Site, client: Client, bpe: Source, target: Path
) -> None:
    site.put("/f", BODY, length=False, faults=["cut:196608"])
    client.download(f"{site.url}/f", target, bpe)
    assert target.read_bytes() == BODY
    assert len(site.asked) == 2


def test_a_part_longer_than_the_file_is_dropped(
    site: Site, client: Client, bpe: Source, target: Path
) -> None:
    site.put("/f", BODY, etag='"v1"')
    target.parent.mkdir(parents=True)
    target.with_name("BPE23.zip.part").write_bytes(b"x" * (len(BODY) + 5))
    state = {"url": f"{site.url}/f", "etag": '"v1"', "last_modified": "", "total": None}
    target.with_name(".BPE23.zip.resume.json").write_text(json.dumps(state), encoding="utf-8")
    client.download(f"{site.url}/f", target, bpe)
    assert target.read_bytes() == BODY
    assert ["Range" in each.headers for each in site.asked] == [True, False]


def test_busy_and_broken_servers_are_tried_again_with_the_wait_they_ask(
    site: Site, client: Client, bpe: Source, target: Path, waits: list[float]
) -> None:
    soon = format_datetime(NOW + timedelta(seconds=30), usegmt=True)
    site.put("/f", BODY, faults=["429:7", f"429:{soon}", "500"])
    client.download(f"{site.url}/f", target, bpe)
    assert target.read_bytes() == BODY
    assert waits == [7.0, 30.0, 4.0]


@pytest.mark.parametrize(
    ("header", "waited"),
    [
        ("999999", POLICY.longest_wait_s),
        (format_datetime(NOW - timedelta(hours=1), usegmt=True), 0.0),
        ("bientôt".encode().decode("latin-1"), POLICY.first_wait_s),
        ("", POLICY.first_wait_s),
    ],
)
def test_an_absurd_retry_after_is_bounded(
    site: Site,
    client: Client,
    bpe: Source,
    target: Path,
    waits: list[float],
    header: str,
    waited: float,
) -> None:
    site.put("/f", BODY, faults=[f"429:{header}"])
    client.download(f"{site.url}/f", target, bpe)
    assert waits == [waited]


def test_waits_grow_and_end(
    site: Site, client: Client, bpe: Source, in_place: Path, waits: list[float]
) -> None:
    site.put("/f", BODY, always="503")
    with pytest.raises(SourceUnreachable, match=r"503.*après 4 essai") as caught:
        client.download(f"{site.url}/f", in_place, bpe)
    assert waits == [1.0, 2.0, 4.0]
    assert len(site.asked) == 4
    assert in_place.read_bytes() == OLD
    message = str(caught.value)
    for words in (
        "(bpe)",
        "127.0.0.1",
        bpe.landing_page,
        "BPE23.zip",
        "raw/bpe/",
        "--from",
        "À faire",
    ):
        assert words in message


def test_a_long_file_over_a_bad_line_ends_by_arriving(
    site: Site, client: Client, bpe: Source, target: Path
) -> None:
    site.put("/f", BODY, etag='"v1"', faults=["cut:50000"] * 9)
    client.download(f"{site.url}/f", target, bpe)
    assert target.read_bytes() == BODY
    assert len(site.asked) > POLICY.attempts


def test_a_file_never_found_is_not_asked_twice(
    site: Site, client: Client, bpe: Source, in_place: Path
) -> None:
    with pytest.raises(SourceUnreachable, match=r"introuvable.*404"):
        client.download(f"{site.url}/absent", in_place, bpe)
    assert len(site.asked) == 1
    assert in_place.read_bytes() == OLD


def test_a_slow_server_is_given_up_then_tried_again(site: Site, bpe: Source, target: Path) -> None:
    site.put("/f", BODY, faults=["delay:0.6"])
    policy = replace(POLICY, read_timeout_s=0.15, attempts=20, silent_attempts=20)
    waits: list[float] = []
    with Client(policy, sleep=waits.append) as client:
        client.download(f"{site.url}/f", target, bpe)
    assert target.read_bytes() == BODY
    assert len(site.asked) > 1
    assert waits


def test_a_connection_closed_without_a_word_is_tried_again(
    site: Site, client: Client, bpe: Source, target: Path
) -> None:
    site.put("/f", BODY, faults=["reset"])
    client.download(f"{site.url}/f", target, bpe)
    assert target.read_bytes() == BODY


def test_a_dead_host_is_soon_given_up_and_not_insisted_on_later(
    client: Client, bpe: Source, target: Path, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving() as gone:
        address = gone.url
    with pytest.raises(SourceUnreachable, match=r"connexion est impossible.*après 2 essai"):
        client.download(f"{address}/f", target, bpe)
    with pytest.raises(SourceUnreachable, match="après 1 essai"):
        client.download(f"{address}/g", target, bpe)
    assert waits == [1.0]


def test_a_server_that_announces_too_much_never_replaces_the_file(
    site: Site, client: Client, bpe: Source, in_place: Path
) -> None:
    site.put("/f", BODY, always="longer:50")
    with pytest.raises(SourceUnreachable):
        client.download(f"{site.url}/f", in_place, bpe)
    assert in_place.read_bytes() == OLD


@pytest.mark.parametrize(
    ("source_id", "body"),
    [
        ("bpe", BODY),
        ("apl_mg", BODY),
        ("adultes_relais", json.dumps([{"id_poste": "1"}] * 200).encode()),
        ("finess_structures", gzip.compress(b"[" + b'{"a":1},' * 5000 + b"{}]")),
    ],
)
def test_a_server_that_announces_too_little_is_found_out_by_the_end_of_the_file(
    site: Site, client: Client, tmp_path: Path, source_id: str, body: bytes
) -> None:
    target = tmp_path / "file"
    target.write_bytes(b"ancien")
    site.put("/f", body, always="shorter:9")
    with pytest.raises(BadDownload, match="n'est pas le fichier attendu"):
        client.download(f"{site.url}/f", target, source(source_id))
    assert target.read_bytes() == b"ancien"
    assert leftovers(target) == []


@pytest.mark.parametrize("source_id", ["bpe", "apl_mg", "france_services", "adultes_relais"])
def test_a_web_page_instead_of_the_file_is_refused(
    site: Site, client: Client, tmp_path: Path, source_id: str
) -> None:
    target = tmp_path / "file"
    target.write_bytes(b"ancien")
    site.put("/f", BODY, always="html")
    with pytest.raises(BadDownload, match=r"page web \(HTML\)"):
        client.download(f"{site.url}/f", target, source(source_id))
    assert target.read_bytes() == b"ancien"
    assert leftovers(target) == []
    assert len(site.asked) == 1


def test_an_empty_answer_is_refused(
    site: Site, client: Client, bpe: Source, in_place: Path
) -> None:
    site.put("/f", b"")
    with pytest.raises(BadDownload, match="vide"):
        client.download(f"{site.url}/f", in_place, bpe)
    assert in_place.read_bytes() == OLD


def test_halves_that_make_no_archive_are_taken_anew(
    site: Site, client: Client, bpe: Source, target: Path
) -> None:
    site.put("/f", BODY, etag='"v1"')
    target.parent.mkdir(parents=True)
    # Bytes of the right length that are not those of the file, with a plausible note.
    target.with_name("BPE23.zip.part").write_bytes(b"?" * (len(BODY) - 10))
    state = {"url": f"{site.url}/f", "etag": '"v1"', "last_modified": "", "total": len(BODY)}
    target.with_name(".BPE23.zip.resume.json").write_text(json.dumps(state), encoding="utf-8")
    client.download(f"{site.url}/f", target, bpe)
    assert target.read_bytes() == BODY
    assert ["Range" in each.headers for each in site.asked] == [True, False]


def test_an_unchanged_file_is_kept_without_being_sent_again(
    site: Site, client: Client, bpe: Source, target: Path
) -> None:
    site.put("/f", BODY, etag='"v1"')
    first = client.download(f"{site.url}/f", target, bpe)
    again = client.download(f"{site.url}/f", target, bpe)
    assert site.asked[1].headers["If-None-Match"] == '"v1"'
    assert not again.changed
    assert again.provenance == first.provenance


def test_the_date_serves_when_there_is_no_etag(
    site: Site, client: Client, bpe: Source, target: Path
) -> None:
    site.put("/f", BODY, last_modified="Sun, 01 Nov 2026 10:00:00 GMT")
    client.download(f"{site.url}/f", target, bpe)
    assert not client.download(f"{site.url}/f", target, bpe).changed
    assert site.asked[1].headers["If-Modified-Since"] == "Sun, 01 Nov 2026 10:00:00 GMT"


def test_same_bytes_under_another_validator_change_nothing_on_disk(
    site: Site, client: Client, bpe: Source, target: Path
) -> None:
    page = site.put("/f", BODY, etag='"v1"')
    client.download(f"{site.url}/f", target, bpe)
    inode = target.stat().st_ino
    page.etag = '"v2"'
    again = client.download(f"{site.url}/f", target, bpe)
    assert not again.changed
    assert again.provenance.etag == '"v2"'
    assert target.stat().st_ino == inode
    assert leftovers(target) == []


def test_a_damaged_or_replaced_file_is_fetched_again(
    site: Site, client: Client, bpe: Source, target: Path
) -> None:
    site.put("/f", BODY, etag='"v1"')
    client.download(f"{site.url}/f", target, bpe)
    target.write_bytes(BODY[:-1] + b"?")
    assert client.download(f"{site.url}/f", target, bpe).changed
    assert target.read_bytes() == BODY
    assert "If-None-Match" not in site.asked[1].headers


def test_unchanged_said_by_another_server_proves_nothing(
    site: Site, client: Client, bpe: Source, target: Path
) -> None:
    site.put("/a", zipped("a"), etag='"same"')
    site.put("/b", zipped("b"), etag='"same"')
    page = site.put("/stable", always=f"to:{site.url}/a")
    client.download(f"{site.url}/stable", target, bpe)
    page.always = f"to:{site.url}/b"
    assert client.download(f"{site.url}/stable", target, bpe).changed
    assert target.read_bytes() == zipped("b")


@pytest.mark.parametrize("elsewhere", ["file:///etc/hostname", "ftp://127.0.0.1/f"])
def test_a_redirection_out_of_the_web_is_refused(
    site: Site, client: Client, bpe: Source, in_place: Path, elsewhere: str
) -> None:
    site.put("/f", always=f"to:{elsewhere}")
    with pytest.raises(SourceUnreachable, match="redirection"):
        client.download(f"{site.url}/f", in_place, bpe)
    assert in_place.read_bytes() == OLD


def test_redirections_in_a_circle_are_refused(
    site: Site, client: Client, bpe: Source, target: Path
) -> None:
    site.put("/f", always=f"to:{site.url}/f")
    with pytest.raises(SourceUnreachable, match="redirections"):
        client.download(f"{site.url}/f", target, bpe)


@pytest.mark.parametrize("length", [True, False])
def test_a_file_over_the_ceiling_is_refused_and_leaves_nothing(
    site: Site, bpe: Source, in_place: Path, length: bool
) -> None:
    site.put("/f", BODY, length=length)
    with (
        Client(replace(POLICY, max_file_bytes=1000)) as client,
        pytest.raises(SourceUnreachable, match="taille admise de 1000 octets"),
    ):
        client.download(f"{site.url}/f", in_place, bpe)
    assert in_place.read_bytes() == OLD
    assert leftovers(in_place) == []


def test_the_server_never_chooses_the_name_of_the_file(
    site: Site, client: Client, bpe: Source, target: Path
) -> None:
    site.put("/a/../../evil.zip", BODY)
    site.put("/f", always=f"to:{site.url}/a/..%2F..%2Fevil.zip")
    site.put("/a/..%2F..%2Fevil.zip", BODY)
    client.download(f"{site.url}/f", target, bpe)
    written = [path for path in target.parents[2].rglob("*") if path.is_file()]
    assert {path.name for path in written} == {"BPE23.zip", "BPE23.zip.provenance.json"}


def test_a_folder_that_refuses_is_told(
    site: Site, client: Client, bpe: Source, tmp_path: Path
) -> None:
    (tmp_path / "raw").write_text("un fichier, pas un dossier", encoding="utf-8")
    site.put("/f", BODY)
    with pytest.raises(CannotWrite, match=r"ne peut pas être écrit.*--data"):
        client.download(f"{site.url}/f", tmp_path / "raw" / "BPE23.zip", bpe)


def test_json_is_read_after_a_pause_and_a_page_in_its_place_is_refused(
    site: Site, bpe: Source, waits: list[float]
) -> None:
    site.put("/j", b'{"a": [1, 2]}', faults=["500"])
    site.put("/h", always="html")
    with Client(replace(POLICY, pause_s=0.11), sleep=waits.append) as client:
        assert client.get_json(f"{site.url}/j", bpe, {"q": "é à"}) == {"a": [1, 2]}
        assert site.asked[0].query == {"q": "é à"}
        assert waits == [1.0, 0.11]
        with pytest.raises(BadDownload, match="n'est pas du JSON"):
            client.get_json(f"{site.url}/h", bpe)


def test_an_endless_answer_is_refused(site: Site, bpe: Source) -> None:
    site.put("/j", b"[" + b"1," * 5000 + b"1]")
    with (
        Client(replace(POLICY, max_answer_bytes=100)) as client,
        pytest.raises(SourceUnreachable, match="taille admise"),
    ):
        client.get_json(f"{site.url}/j", bpe)


KILLED = """
    import sys
    from pathlib import Path
    from datasets.catalogue import source
    from datasets.download import Client

    class Watcher:
        def start(self, label, total): pass
        def advance(self, count):
            print(count, flush=True)
        def done(self): pass

    with Client() as client:
        client.download(sys.argv[1], Path(sys.argv[2]), source("bpe"), progress=Watcher())
"""


def wait_until(ready: Callable[[], bool]) -> None:
    for _ in range(1500):
        if ready():
            return
        time.sleep(0.02)
    pytest.fail("the download never got under way")


def test_a_killed_download_keeps_the_last_good_file_and_is_resumed(
    site: Site, client: Client, bpe: Source, target: Path
) -> None:
    page = site.put("/f", OLD, etag='"v0"')
    client.download(f"{site.url}/f", target, bpe)
    page.body, page.etag, page.faults = BODY, '"v1"', ["hang:491520"]
    part = target.with_name("BPE23.zip.part")
    run = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(KILLED), f"{site.url}/f", str(target)],
        cwd=Path(__file__).resolve().parents[2],
        stdout=subprocess.DEVNULL,
        env={**os.environ, "NO_PROXY": "127.0.0.1"},
    )
    try:
        wait_until(lambda: part.is_file() and part.stat().st_size >= 262_144)
    finally:
        run.send_signal(signal.SIGKILL)
        run.wait()
    assert target.read_bytes() == OLD
    assert known_provenance(target) is not None
    received = part.stat().st_size
    client.download(f"{site.url}/f", target, bpe)
    assert site.asked[-1].headers["Range"] == f"bytes={received}-"
    assert target.read_bytes() == BODY
    assert leftovers(target) == []


def test_a_run_killed_just_before_publishing_asks_for_one_byte(
    site: Site, client: Client, bpe: Source, target: Path
) -> None:
    site.put("/f", BODY, etag='"v1"')
    target.parent.mkdir(parents=True)
    target.with_name("BPE23.zip.part").write_bytes(BODY)
    state = {"url": f"{site.url}/f", "etag": '"v1"', "last_modified": "", "total": len(BODY)}
    target.with_name(".BPE23.zip.resume.json").write_text(json.dumps(state), encoding="utf-8")
    client.download(f"{site.url}/f", target, bpe)
    assert site.asked[0].headers["Range"] == f"bytes={len(BODY) - 1}-"
    assert len(site.asked) == 1
    assert target.read_bytes() == BODY
