"""Each source is found through its publisher's own listing, never by a dated address."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from datasets.catalogue import Resolver, Source, source
from datasets.download import Client
from datasets.endpoints import Endpoints, Policy
from datasets.fetch_errors import BadDownload, SourceUnreachable
from datasets.resolve import addresses
from datasets.services import (
    fetch_arrondissements,
    fetch_communes_list,
    fetch_communes_of,
    fetch_wfs,
)
from tests.datasets.web import Asked, Site, serving

DATASET = "/api/1/datasets/liste-des-structures-france-services/"
DREES = (
    "/api/explore/v2.1/catalog/datasets/530_l-accessibilite-potentielle-localisee-apl/attachments"
)


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving() as opened:
        yield opened


@pytest.fixture
def client() -> Iterator[Client]:
    with Client(Policy(attempts=2, pause_s=0.0), sleep=lambda _: None) as opened:
        yield opened


@pytest.fixture
def at(site: Site) -> Endpoints:
    return Endpoints(*[site.url] * 6)


def as_json(content: Any) -> bytes:
    return json.dumps(content).encode()


def resource(title: str, day: str, url: str, **more: str) -> dict[str, str]:
    return {"title": title, "last_modified": f"2026-{day}T00:00:00", "url": url, **more}


def test_the_stable_id_comes_first_and_the_listing_is_not_asked(
    site: Site, client: Client, at: Endpoints
) -> None:
    first = next(addresses(source("qpv_2024"), client, at))
    assert first == f"{site.url}/api/1/datasets/r/942d4ee8-8142-4556-8ea1-335537ce1119"
    assert site.asked == []


def test_then_the_newest_fitting_resource_of_the_dataset(
    site: Site, client: Client, at: Endpoints
) -> None:
    listing = {
        "resources": [
            resource("Liste (format XLSX)", "12-01", "https://x/new.xlsx", format="xlsx"),
            resource("Liste des structures", "06-01", "https://x/old.csv", format="csv"),
            resource(
                "Liste Démo", "08-01", "https://x/dated.csv", format="CSV", latest="https://x/r/1"
            ),
            resource("Notice", "12-02", "https://x/notice.csv", format="csv"),
            resource("Liste locale", "12-03", "file:///etc/passwd", format="csv"),
        ]
    }
    site.put(DATASET, as_json(listing))
    assert list(addresses(source("france_services"), client, at)) == ["https://x/r/1"]


def test_accents_and_the_name_in_the_address_count(
    site: Site, client: Client, at: Endpoints
) -> None:
    slug = source("qpv_2015_2024").resolver.slug
    listing = {
        "resources": [
            resource("Table", "01-01", "https://x/Liste-Correspondance-QP2024-QP2015.csv")
        ]
    }
    site.put(f"/api/1/datasets/{slug}/", as_json(listing))
    assert list(addresses(source("qpv_2015_2024"), client, at)) == [
        "https://x/Liste-Correspondance-QP2024-QP2015.csv"
    ]


@pytest.mark.parametrize(
    ("listing", "words"),
    [
        ({"resources": [resource("Notice", "01-01", "https://x/a", format="csv")]}, "« Notice »"),
        ({"resources": []}, "aucune"),
        ({"message": "gone"}, "ne liste aucune ressource"),
        ([], "ne liste aucune ressource"),
    ],
)
def test_a_dataset_without_the_file_is_told_with_its_page(
    site: Site, client: Client, at: Endpoints, listing: object, words: str
) -> None:
    site.put(DATASET, as_json(listing))
    entry = source("france_services")
    with pytest.raises(BadDownload, match=words) as caught:
        list(addresses(entry, client, at))
    assert entry.landing_page in str(caught.value)


def test_an_insee_file_by_name_then_by_the_links_of_its_page(
    site: Site, client: Client, at: Endpoints
) -> None:
    site.put(
        "/fr/statistiques/8217525",
        b'<a href="/fr/metadonnees/BPE24.zip">x</a>'
        b"<a class='f' href='/fr/statistiques/fichier/8217525/BPE24.zip?a=1&amp;b=2'>x</a>"
        b'<a href="/fr/statistiques/fichier/8217525/BPE24.zip">x</a>',
    )
    found = addresses(source("bpe"), client, at)
    assert next(found) == f"{site.url}/fr/statistiques/fichier/8217525/BPE23.zip"
    assert site.asked == []
    assert list(found) == [f"{site.url}/fr/statistiques/fichier/8217525/BPE24.zip"]


def test_an_insee_page_without_the_file_names_the_page_and_the_file(
    site: Site, client: Client, at: Endpoints
) -> None:
    site.put("/fr/statistiques/8217525", b"<html>rien</html>")
    with pytest.raises(BadDownload, match=r"page Insee 8217525.*BPE23\.zip.*8217525"):
        list(addresses(source("bpe"), client, at))


@pytest.mark.parametrize(
    "attachments",
    [
        [
            {
                "href": "{root}/att/inf_xlsx",
                "metas": {"id": "indicateur_d_apl_aux_infirmiers_xlsx"},
            },
            {
                "href": "{root}/att/mg_xlsx",
                "metas": {"id": "indicateur_d_apl_aux_medecins_generalistes_xlsx"},
            },
        ],
        [
            {"title": "Note sur les médecins généralistes.pdf", "mimetype": "application/pdf"},
            {
                "title": "Indicateur d'accessibilité (APL) aux médecins généralistes.xlsx",
                "href": "{root}/att/mg_xlsx",
            },
        ],
    ],
)
def test_the_drees_attachment_of_the_right_profession(
    site: Site, client: Client, at: Endpoints, attachments: list[dict[str, Any]]
) -> None:
    text = json.dumps({"attachments": attachments}).replace("{root}", site.url)
    site.put(DREES, text.encode())
    assert list(addresses(source("apl_mg"), client, at)) == [f"{site.url}/att/mg_xlsx"]


def test_a_drees_attachment_without_address_is_asked_by_name(
    site: Site, client: Client, at: Endpoints
) -> None:
    name = "indicateur_d_apl_aux_infirmieres_xlsx"
    site.put(DREES, as_json({"attachments": [{"metas": {"id": name}}]}))
    assert list(addresses(source("apl_infirmiers"), client, at)) == [f"{site.url}{DREES}/{name}"]


def test_a_profession_that_the_drees_does_not_list_is_told_with_those_found(
    site: Site, client: Client, at: Endpoints
) -> None:
    site.put(DREES, as_json({"attachments": [{"id": "indicateur_sages_femmes_xlsx"}]}))
    with pytest.raises(BadDownload, match="sages_femmes"):
        list(addresses(source("apl_mg"), client, at))
    site.put(DREES, b"{}")
    with pytest.raises(BadDownload, match="pièce jointe"):
        list(addresses(source("apl_mg"), client, at))


def test_a_plain_address_and_sources_that_have_none(client: Client, at: Endpoints) -> None:
    assert list(addresses(source("hospitals"), client, at)) == [
        f"{at.gisco}/pub/healthcare/2023/csv/FR.csv"
    ]
    with pytest.raises(ValueError, match="ifn"):
        addresses(source("ifn"), client, at)


ROWS = [
    {"code": "42218", "nom": "Saint-Étienne", "population": 172000, "centre": {"type": "Point"}},
    {"code": "42001", "nom": "Aboën", "contour": {"type": "Polygon", "coordinates": []}},
]


def test_communes_keep_centre_and_town_hall_beside_their_contour(
    site: Site, client: Client, at: Endpoints, tmp_path: Path
) -> None:
    site.put("/communes", as_json(ROWS))
    got = fetch_communes_of(source("communes"), tmp_path, "42", client, at)
    assert got.path == tmp_path / "departement-42.geojson"
    # The service drops centre and mairie from its own GeoJSON: plain JSON must be asked for.
    asked = site.asked[0].query
    assert asked["format"] == "json"
    assert asked["codeDepartement"] == "42"
    assert {"centre", "mairie", "contour", "codesPostaux", "population"} <= set(
        asked["fields"].split(",")
    )
    content = json.loads(got.path.read_text(encoding="utf-8"))
    assert content["type"] == "FeatureCollection"
    assert [each["properties"]["code"] for each in content["features"]] == ["42001", "42218"]
    first, second = content["features"]
    assert first["geometry"] == ROWS[1]["contour"]
    assert first["properties"]["population"] is None
    assert "contour" not in first["properties"]
    assert second["geometry"] is None
    assert second["properties"]["centre"] == {"type": "Point"}
    assert not fetch_communes_of(source("communes"), tmp_path, "42", client, at).changed


def test_the_national_lists(site: Site, client: Client, at: Endpoints, tmp_path: Path) -> None:
    site.put("/communes", as_json(ROWS))
    communes = fetch_communes_list(source("communes"), tmp_path, client, at)
    arrondissements = fetch_arrondissements(source("communes"), tmp_path, client, at)
    assert communes.path.name == "france.json"
    assert arrondissements.path.name == "arrondissements-municipaux.json"
    assert site.asked[1].query["type"] == "arrondissement-municipal"
    row = json.loads(communes.path.read_text(encoding="utf-8"))[1]
    assert row["nom"] == "Saint-Étienne"
    assert row["codeEpci"] is None


@pytest.mark.parametrize("answer", [b"[]", b"{}", b'[{"nom": "sans code"}]', b"[1]"])
def test_a_strange_answer_replaces_nothing(
    site: Site, client: Client, at: Endpoints, tmp_path: Path, answer: bytes
) -> None:
    (tmp_path / "departement-42.geojson").write_text("ancien", encoding="utf-8")
    site.put("/communes", answer)
    with pytest.raises(BadDownload):
        fetch_communes_of(source("communes"), tmp_path, "42", client, at)
    assert (tmp_path / "departement-42.geojson").read_text(encoding="utf-8") == "ancien"


class Wfs:
    """The IGN service: ``count`` features, given by pages, with the vices it is told."""

    def __init__(
        self, count: int, *, matched: object = None, repeats: bool = False, most: int = 1000
    ) -> None:
        self.count, self.repeats, self.most = count, repeats, most
        self.matched = count if matched is None else matched

    def __call__(self, asked: Asked) -> bytes:
        size, start = min(self.most, int(asked.query["COUNT"])), int(asked.query["STARTINDEX"])
        start = 0 if self.repeats else start
        features = [
            {"type": "Feature", "id": f"iris.{index}", "properties": {"code_iris": f"{index:09}"}}
            for index in range(start, min(start + size, self.count))
        ]
        return as_json(
            {"type": "FeatureCollection", "features": features, "numberMatched": self.matched}
        )


@pytest.mark.parametrize("count", [1, 999, 1000, 1001, 2000, 2345])
@pytest.mark.parametrize("matched", [None, "unknown"])
def test_all_the_pages_of_a_layer_in_one_file(
    site: Site, client: Client, at: Endpoints, tmp_path: Path, count: int, matched: object
) -> None:
    site.put("/wfs/ows", Wfs(count, matched=matched))
    got = fetch_wfs(source("iris_contours"), tmp_path, "2A", client, at)
    assert got.path.name == "iris-2A.geojson"
    features = json.loads(got.path.read_text(encoding="utf-8"))["features"]
    assert [each["id"] for each in features] == [f"iris.{index}" for index in range(count)]
    asked = site.asked[0].query
    assert asked["CQL_FILTER"] == "code_insee LIKE '2A%'"
    assert asked["TYPENAMES"] == "STATISTICALUNITS.IRIS:contours_iris"
    assert asked["SRSNAME"] == "EPSG:4326"
    assert asked["SORTBY"] == "code_iris"


def test_a_service_that_gives_smaller_pages_than_asked_is_read_to_the_end(
    site: Site, client: Client, at: Endpoints, tmp_path: Path
) -> None:
    site.put("/wfs/ows", Wfs(750, most=300))
    got = fetch_wfs(source("iris_contours"), tmp_path, "42", client, at)
    assert len(json.loads(got.path.read_text(encoding="utf-8"))["features"]) == 750


def test_a_whole_layer_has_no_filter(
    site: Site, client: Client, at: Endpoints, tmp_path: Path
) -> None:
    site.put("/wfs/ows", Wfs(1514))
    got = fetch_wfs(source("qpv_2015"), tmp_path, "", client, at)
    assert got.path.name == "qpv_2015.geojson"
    assert "CQL_FILTER" not in site.asked[0].query


@pytest.mark.parametrize(
    ("vice", "words"),
    [
        (Wfs(2500, repeats=True, matched=3000), "se répètent"),
        (Wfs(0), "aucun objet"),
        (Wfs(900, matched=950), "900 objets reçus au lieu des 950"),
        (lambda _: b'{"exceptions": []}', "aucun objet"),
    ],
)
def test_a_layer_that_does_not_add_up_replaces_nothing(
    site: Site, client: Client, at: Endpoints, tmp_path: Path, vice: Any, words: str
) -> None:
    (tmp_path / "iris-42.geojson").write_text("ancien", encoding="utf-8")
    site.put("/wfs/ows", vice)
    with pytest.raises(BadDownload, match=words):
        fetch_wfs(source("iris_contours"), tmp_path, "42", client, at)
    assert (tmp_path / "iris-42.geojson").read_text(encoding="utf-8") == "ancien"


def test_a_listing_that_cannot_be_reached_is_told(
    site: Site, client: Client, at: Endpoints
) -> None:
    site.put(DATASET, always="500")
    with pytest.raises(SourceUnreachable, match="panne du site"):
        list(addresses(source("france_services"), client, at))


def test_a_resource_known_only_by_its_id_has_one_address(client: Client, at: Endpoints) -> None:
    entry: Source = replace(
        source("mediation_numerique"), resolver=Resolver(kind="datagouv", resource_id="abc")
    )
    assert list(addresses(entry, client, at)) == [f"{at.data_gouv}/api/1/datasets/r/abc"]
