"""Scenario files: what is written is read back; nonsense is named line by line."""

import base64
import hashlib
import re
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from datasets.reading import UnreadableFile
from datasets.scenario_files import (
    BadScenario,
    read_scenario,
    write_scenario,
    write_scenario_template,
)
from datasets.scenario_links import packed_scenario, unpacked_scenario
from geo.errors import BadInput
from geo.scenarios import Change, Scenario

CHANGES = st.one_of(
    st.builds(
        Change,
        action=st.just("ajouter"),
        object=st.sampled_from(["cabinet", "centre_de_sante"]),
        name=st.text("aé\"\\'\n\t\x7f#=[]😀 ", max_size=12),
        lon=st.floats(-180, 180),
        lat=st.floats(-90, 90),
        fte=st.floats(0.01, 50),
    ),
    st.builds(
        Change,
        action=st.just("fermer"),
        object=st.just("mediateur"),
        target=st.text('ab"\\=é#', min_size=1, max_size=8),
    ),
)


@given(title=st.text('abé"\\#=\x7f', min_size=1), changes=st.lists(CHANGES, min_size=1))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_written_is_read_back(tmp_path: Path, title: str, changes: list[Change]) -> None:
    path = tmp_path / "s.toml"
    own = Scenario(title, tuple(changes))
    write_scenario(path, own)
    assert read_scenario(path) == own


@given(title=st.text('abé"\\#=\x7f', min_size=1), changes=st.lists(CHANGES, min_size=1, max_size=5))
@settings(max_examples=30)
def test_what_an_address_holds_is_read_back(title: str, changes: list[Change]) -> None:
    own = Scenario(title, tuple(changes))
    packed = packed_scenario(own)
    assert packed is not None and re.fullmatch(r"[\w-]+", packed)
    assert unpacked_scenario(packed) == own


def test_an_address_cut_changed_or_swollen_is_refused_in_words() -> None:
    packed = packed_scenario(Scenario("A", (Change("fermer", "mediateur", target="m1"),))) or ""
    bomb = base64.urlsafe_b64encode(zlib.compress(b"#" * 50_000_000, 9)).decode()[:4_000]
    swollen = base64.urlsafe_b64encode(zlib.compress(b"#" * 1_500_000, 9)).decode().rstrip("=")
    for wrong in (packed[:-6], "é", "!!!", "", bomb, swollen, "a" * 5_000):
        with pytest.raises(BadInput, match="ne peut pas être lu"):
            unpacked_scenario(wrong)
    other = base64.urlsafe_b64encode(zlib.compress(b"version = 1")).decode()
    with pytest.raises(BadScenario, match="titre"):
        unpacked_scenario(other)


def test_a_scenario_too_long_for_an_address_is_not_put_in_one() -> None:
    names = [hashlib.sha256(bytes([place])).hexdigest() for place in range(200)]
    changes = tuple(Change("fermer", "mediateur", target=name) for name in names)
    assert packed_scenario(Scenario("Long", changes)) is None


def test_the_template_is_a_good_scenario(tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    write_scenario_template(path)
    assert [change.object for change in read_scenario(path).changes] == ["cabinet", "mediateur"]


NONSENSE = """\
version = 2
titre = ""
couleur = "bleu"

[[changement]]
action = "ajouter"
objet = "cabinet"
nom = "M. Dupont"
qpv = "Roanne"
etp = "deux"

[[changement]]
action = "fermer"
objet = "mediateur"
cible = ""
lon = 4.0
"""


def test_nonsense_is_named_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    path.write_text(NONSENSE, encoding="utf-8")
    with pytest.raises(BadScenario) as refused:
        read_scenario(path)
    said = str(refused.value)
    for text in (
        "ligne 1, version : 2 reçu, 1 attendu",
        "ligne 2, titre",
        "ligne 3, couleur : clé inconnue",
        "ligne 8, nom : le nom d’une personne (masqué)",
        "ligne 10, etp : « deux » reçu, un nombre",
        "ligne 15, cible",
        "ligne 16, lon : une fermeture n'a pas de lieu",
        "rien n'est appliqué",
    ):
        assert text in said, said
    assert "Dupont" not in said
    assert path.read_text(encoding="utf-8") == NONSENSE


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'version = 1\ntitre = "x"\naction == 3\n', "ligne 3"),
        (b'version = 1\ntitre = "caf\xe9"\n', r"ligne 2 .*UTF-8"),
        (b"a" * 1_000_001, "plus de 1 Mo"),
        (b"\x00\x01PK", "TOML"),
    ],
)
def test_what_is_no_toml_says_where(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "s.toml"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=said):
        read_scenario(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "au moins un"),
        ('version = 1\ntitre = "t"\nchangement = 3\n', "ligne 3, changement"),
        ('version = 1\ntitre = "t"\nchangement = [1, 2]\n', "rubrique"),
        ('version = true\ntitre = "t"\n[[changement]]\naction = 3\n', "ligne 4, action"),
    ],
)
def test_odd_shapes_are_refused_in_words(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "s.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadScenario, match=said):
        read_scenario(path)


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    write_scenario_template(path)
    before = path.read_bytes()
    with pytest.raises(AttributeError):
        write_scenario(path, Scenario("t", (None,)))  # type: ignore[arg-type]
    assert path.read_bytes() == before
