"""One address asked of the geocoder: a local server answers, delays, fails, or says nonsense."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from datasets.address_search import (
    _IMPATIENT,
    AddressNotFound,
    AddressSearch,
    AddressServiceSilent,
    find_address,
)
from geo.errors import BadInput
from tests.datasets.web import Asked, Site, serving

PATH = "/geocodage/search"
ASKED = "12  rue des Lilas, Roanne"


def answer(**changes: Any) -> bytes:
    properties = {"label": "12 Rue des Lilas 42300 Roanne", "score": 0.93, "type": "housenumber",
                  "citycode": "42187"} | changes  # fmt: skip
    geometry = {"type": "Point", "coordinates": [4.07, 46.03]}
    feature = {"type": "Feature", "geometry": geometry, "properties": properties}
    return json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving() as opened:
        yield opened


@pytest.fixture
def settings(site: Site) -> AddressSearch:
    return AddressSearch(geopf=site.url, sleep=lambda seconds: None)


def test_an_address_is_placed_and_only_its_words_are_sent(
    site: Site, settings: AddressSearch
) -> None:
    site.put(PATH, answer())
    found = find_address(ASKED, settings)
    assert (found.lon, found.lat, found.kind, found.departement) == (4.07, 46.03, "numéro", "42")
    assert found.precision_m == 25.0
    [asked] = site.asked
    assert asked.query == {"q": "12 rue des Lilas, Roanne", "limit": "1", "index": "address",
                           "autocomplete": "0"}  # fmt: skip


@pytest.mark.parametrize("fault", ["500", "503", "404", "html", "reset", "429:1"])
def test_a_service_that_fails_is_said_and_what_to_do(
    site: Site, settings: AddressSearch, fault: str
) -> None:
    site.put(PATH, answer(), always=fault)
    with pytest.raises(AddressServiceSilent, match="À faire"):
        find_address(ASKED, settings)
    assert len(site.asked) <= 2


def test_a_service_that_keeps_silent_is_left_soon(site: Site, settings: AddressSearch) -> None:
    hurried = replace(settings, policy=replace(_IMPATIENT, read_timeout_s=0.05))

    def late(_: Asked) -> bytes:
        time.sleep(0.3)
        return answer()

    site.put(PATH, late)
    with pytest.raises(AddressServiceSilent, match="ne répond pas à temps"):
        find_address(ASKED, hurried)


@pytest.mark.parametrize(
    "body",
    [b"[]", b"{}", b"null", b'{"features": 3}', b'{"features": [{}]}', b'{"features": [null]}',
     answer(score="beaucoup"), answer(score=float("nan")), b"\xff\x00",
     answer().replace(b"4.07, 46.03", b"400, 46"), answer().replace(b"[4.07, 46.03]", b'"ici"')],
)  # fmt: skip
def test_nonsense_is_refused(site: Site, settings: AddressSearch, body: bytes) -> None:
    site.put(PATH, body)
    with pytest.raises(AddressServiceSilent, match="réponse"):
        find_address(ASKED, settings)


def test_nothing_found_or_nothing_sure_is_no_place(site: Site, settings: AddressSearch) -> None:
    for body, words in (
        (b'{"features": []}', "inconnue"),
        (answer(score=0.3), "trop incertaine"),
        (answer(type="municipality"), "à la commune seulement"),
    ):
        site.put(PATH, body)
        with pytest.raises(AddressNotFound, match=words):
            find_address(ASKED, settings)


@pytest.mark.parametrize("text", ["", "   ", "abc", "x" * 201])
def test_what_is_no_address_is_not_sent(site: Site, settings: AddressSearch, text: str) -> None:
    with pytest.raises(BadInput, match="Attendu"):
        find_address(text, settings)
    assert site.asked == []
