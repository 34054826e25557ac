"""The terminal face: results alone on standard output, one French message for each bad input."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest import mock

import geopandas as gpd
import pytest
import typer
from typer.main import get_command, get_group
from typer.testing import CliRunner

import cli
from commands.rooms import CHECKS, ROOMS, TEMPLATES, Checks, Root, Templates
from datasets import store
from geo import Analysis, Layers
from geo.components import CALLS, CRITERIA, FILTERS
from geo.pack import presets
from geo.priority import CATALOGUE, PRESETS
from geo.report import to_records

ROOT = Path(__file__).resolve().parents[1]
QPV_ZIP = "qpv_2024/qpv-2024-geojson.zip"
MEDIATION = "mediation/mediation_demo.csv"


@dataclass(frozen=True)
class Said:
    """What a command wrote on each output, and the code that it left with."""

    returncode: int | str | None
    stdout: str
    stderr: str


def qpv(*words: str | Path, data: Path) -> Said:
    """The entry point of the installed command, without the start of a process."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    with (
        mock.patch.dict(os.environ, {"QPV_DATA": str(data), "COLUMNS": "200"}),
        mock.patch.object(sys, "argv", ["qpv", *map(str, words)]),
        redirect_stdout(out),
        redirect_stderr(err),
        pytest.raises(SystemExit) as left,
    ):
        cli.main()
    return Said(left.value.code, *(one.buffer.getvalue().decode() for one in (out, err)))


def qpv_process(*words: str | Path, data: Path) -> subprocess.CompletedProcess[str]:
    """The same in a process of its own, where any warning is an error."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "QPV_DATA": str(data), "COLUMNS": "200"}
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "cli", *map(str, words)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_process_gives_the_same_and_its_code(demo_data: Path) -> None:
    """Nothing of an import reaches the outputs; the code of a refusal reaches the system."""
    for words in (("show", "demo", "--json", "--top", "3"), ("show", "dep:42")):
        here, there = qpv(*words, data=demo_data), qpv_process(*words, data=demo_data)
        assert (there.returncode, there.stdout) == (here.returncode, here.stdout)
        assert there.stderr == here.stderr


def test_show_prints_the_table_of_the_analysis(demo_data: Path, demo_analysis: Analysis) -> None:
    shown = qpv("show", "demo", "--json", data=demo_data)
    assert shown.returncode == 0, shown.stderr
    records = json.loads(shown.stdout)
    assert records == json.loads(json.dumps(to_records(demo_analysis)))
    assert "fictives" in shown.stderr
    wanted = {
        "code_qp", "label", "commune", "departement", "population", "population_status", "access",
        "access_unit", "need_score", "mediation_fte", "residual_people", "situation", "score",
        "rank", "contributions", "precision", "sentence",
    }  # fmt: skip
    assert all(wanted <= set(record) for record in records)
    assert len(json.loads(qpv("show", "demo", "--json", "--top", "3", data=demo_data).stdout)) == 3


def test_show_for_a_person_says_that_the_demo_is_fictional(demo_data: Path) -> None:
    shown = qpv("show", "demo", "--top", "2", data=demo_data)
    assert "QPV : Territoire de démonstration (demo)" in shown.stdout
    assert shown.returncode == 0, shown.stderr
    assert "données fictives" in shown.stdout


def test_show_one_profession_with_the_thresholds_of_the_zoning(demo_data: Path) -> None:
    words = ("show", "demo", "--profession", "infirmier", "--access-classes", "apl_2025", "--json")
    shown = qpv(*words, data=demo_data)
    assert shown.returncode == 0, shown.stderr
    records = json.loads(shown.stdout)
    assert len(records) == 18 and all(record["fictional"] for record in records)
    assert {record["profession"] for record in records} == {"infirmier"}
    assert all(record["access_status"] in ("modelled", "missing") for record in records)
    assert "2,71 et 3,98" in shown.stderr
    refused = qpv("show", "demo", "--profession", "magicien", data=demo_data)
    assert refused.returncode == 1 and "infirmier" in refused.stderr


def test_build_prints_where_and_what(tmp_path: Path) -> None:
    built = qpv("build", "demo", data=tmp_path)
    assert built.returncode == 0, built.stderr
    assert built.stdout == ""
    assert "18 QPV" in built.stderr
    assert str(tmp_path / "territories" / "demo" / "builds") in built.stderr
    assert len(store.load("demo", tmp_path)["qpv"]) == 18


def test_map_writes_one_file(demo_data: Path, tmp_path: Path) -> None:
    out = tmp_path / "carte.html"
    drawn = qpv("map", "demo", "--out", out, data=demo_data)
    assert drawn.returncode == 0, drawn.stderr
    assert "données fictives" in out.read_text(encoding="utf-8").lower()


def test_sources_are_listed_as_data() -> None:
    listed = qpv("sources", "--json", data=Path("unused"))
    assert listed.returncode == 0, listed.stderr
    records = json.loads(listed.stdout)
    assert {"qpv_2024", "insee_qpv", "bpe", "apl_mg", "osm_roads"} <= {
        record["id"] for record in records
    }


def test_template_passes_its_own_check(tmp_path: Path) -> None:
    out = tmp_path / "modele.csv"
    assert qpv("template", "mediation", "--out", out, data=tmp_path).returncode == 0
    checked = qpv("check", "mediation", out, data=tmp_path)
    assert checked.returncode == 0, checked.stderr


MEDIATION_HEADER = "structure;type_action;commune;etp;qpv_desservis;complet_pour"


def write_mediation(path: Path, *lines: str) -> Path:
    path.write_text("\n".join([MEDIATION_HEADER, *lines, ""]), encoding="utf-8-sig")
    return path


def test_check_says_what_was_expected_for_each_problem(demo_data: Path, tmp_path: Path) -> None:
    town = store.load("demo", demo_data)["communes"].iloc[0]
    file = write_mediation(
        tmp_path / "m.csv",
        f"Relais;permanence;{town['label']};0,2;;",
        "Relais;consultation;99001;0,2;;dep:99",
        "Relais;permanence",
    )
    checked = qpv("check", "mediation", file, data=demo_data)
    assert checked.returncode == 1
    assert "colonne «  »" not in checked.stderr
    assert f"{town['code']} ({town['label']})" in checked.stderr
    assert "ligne 3, colonne « type_action »" in checked.stderr
    assert "aller-vers, action collective" in checked.stderr
    assert "3\u00a0lignes à corriger" in checked.stderr
    assert "--keep-good" in checked.stderr


def test_check_ends_with_what_a_good_file_says(demo_data: Path, tmp_path: Path) -> None:
    file = write_mediation(
        tmp_path / "m.csv",
        "Relais;permanence;99001;0,2;QN09902I;dep:99",
        "Relais;aller-vers;99001;0,5;QN09903M:0,5|QN09904M:0,5;",
    )
    checked = qpv("check", "mediation", file, data=demo_data)
    assert checked.returncode == 0, checked.stderr
    told = checked.stderr.replace("\u00a0", " ")
    assert "2 lignes, 0,7 ETP, 3 QPV ; fichier complet pour dep:99" in told


def test_build_keeps_good_lines_and_gives_the_others_back(demo_raw: Path, tmp_path: Path) -> None:
    raw, data = tmp_path / "raw", tmp_path / "data"
    shutil.copytree(demo_raw, raw)
    (raw / MEDIATION).unlink()
    file = write_mediation(
        tmp_path / "m.csv",
        "Relais;permanence;99001;0,2;QN09902I;dep:99",
        "Relais;permanence;99001;7;QN09903M;",
    )
    words = ("build", "demo", "--from", raw, "--mediation", file)
    refused = qpv(*words, data=data)
    assert refused.returncode == 1
    assert "--keep-good" in refused.stderr
    built = qpv(*words, "--keep-good", data=data)
    assert built.returncode == 0, built.stderr
    out = tmp_path / "m-lignes-refusees.csv"
    assert str(out) in built.stderr
    assert "QN09903M" in out.read_text(encoding="utf-8-sig")
    layers = store.load("demo", data)
    # A file that lost a line is no longer complete.
    assert layers["mediation"]["complete_for"].tolist() == [""]
    told = layers["problems"].query("source_id == 'mediation' and kind == 'suspect'")
    assert any("QN09902I), ni une" in one and "code postal ?" in one for one in told["message"])
    assert f"mediation {len(told)}" in built.stderr.partition("Douteux : ")[2]


def test_a_bare_number_is_refused(tmp_path: Path) -> None:
    refused = qpv("build", "84", data=tmp_path)
    assert refused.returncode == 1
    assert "dep:84 ou region:84" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_an_unbuilt_territory_says_how_to_build_it(tmp_path: Path) -> None:
    refused = qpv("show", "dep:42", data=tmp_path)
    assert refused.returncode == 1
    assert "qpv build dep:42" in refused.stderr


def truncate(raw: Path) -> None:
    path = raw / QPV_ZIP
    path.write_bytes(path.read_bytes()[:2000])


def replace_by_html(raw: Path) -> None:
    (raw / QPV_ZIP).write_text("<!DOCTYPE html><html><body>Maintenance</body></html>")


def empty(raw: Path) -> None:
    (raw / QPV_ZIP).write_bytes(b"")


def outline(raw: Path) -> gpd.GeoDataFrame:
    frame = gpd.read_file(f"/vsizip/{raw / QPV_ZIP}/{_member(raw)}")
    (raw / QPV_ZIP).unlink()
    return frame


def _member(raw: Path) -> str:
    import zipfile

    with zipfile.ZipFile(raw / QPV_ZIP) as archive:
        return archive.namelist()[0]


def to_lambert_without_crs(raw: Path) -> None:
    frame = outline(raw).to_crs(2154)
    content = json.loads(frame.to_json())
    content.pop("crs", None)
    (raw / "qpv_2024" / "qpv.geojson").write_text(json.dumps(content))


def swap_axes(raw: Path) -> None:
    from shapely import transform

    frame = outline(raw)
    frame.geometry = transform(frame.geometry, lambda xy: xy[:, ::-1])
    (raw / "qpv_2024" / "qpv.geojson").write_text(frame.to_json())


def drop_column(raw: Path) -> None:
    path = raw / "insee_qpv" / "REVN_2022.csv"
    text = path.read_text(encoding="utf-8-sig")
    path.write_text("﻿" + text.replace("CODGEO", "CODE", 1), encoding="utf-8")


def unknown_qpv(raw: Path) -> None:
    path = raw / MEDIATION
    text = path.read_text(encoding="utf-8-sig")
    path.write_text(text.replace("QN09902I", "QN09999N"), encoding="utf-8-sig")


def seven_fte(raw: Path) -> None:
    path = raw / MEDIATION
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    header = lines[0].split(";")
    cells = lines[2].split(";")
    cells[header.index("etp")] = "7"
    lines[2] = ";".join(cells)
    path.write_text("\n".join(lines), encoding="utf-8-sig")


BAD_INPUTS: list[tuple[Callable[[Path], None], tuple[str, ...]]] = [
    (truncate, ("qpv-2024-geojson.zip", "coupée")),
    (replace_by_html, ("qpv-2024-geojson.zip", "HTML")),
    (empty, ("qpv-2024-geojson.zip", "vide")),
    (to_lambert_without_crs, ("qpv.geojson", "Lambert")),
    (swap_axes, ("qpv.geojson", "invers")),
    (drop_column, ("REVN_2022.csv", "CODGEO")),
    (unknown_qpv, ("mediation_demo.csv", "ligne", "QN09999N")),
    (seven_fte, ("mediation_demo.csv", "ligne 3", "etp", "7")),
]


@pytest.mark.parametrize(
    ("damage", "words"), BAD_INPUTS, ids=[damage.__name__ for damage, _ in BAD_INPUTS]
)
def test_bad_input_gets_one_message_and_loses_nothing(
    damage: Callable[[Path], None],
    words: tuple[str, ...],
    demo_raw: Path,
    demo_data: Path,
    demo_layers: Layers,
    tmp_path: Path,
) -> None:
    raw, data = tmp_path / "raw", tmp_path / "data"
    shutil.copytree(demo_raw, raw)
    shutil.copytree(demo_data, data)
    damage(raw)
    refused = qpv("build", "demo", "--from", raw, data=data)
    assert refused.returncode == 1
    assert refused.stdout == ""
    assert "Traceback" not in refused.stderr
    assert refused.stderr.count("Erreur :") == 1
    for word in words:
        assert word in refused.stderr
    after = store.load("demo", data)
    assert after["qpv"].equals(demo_layers["qpv"])


def test_cp1252_and_decimal_commas_are_read(demo_raw: Path, tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    shutil.copytree(demo_raw, raw)
    path = raw / MEDIATION
    text = path.read_text(encoding="utf-8-sig")
    path.write_bytes(text.encode("cp1252"))
    built = qpv("build", "demo", "--from", raw, data=tmp_path / "data")
    assert built.returncode == 0, built.stderr
    mediation = store.load("demo", tmp_path / "data")["mediation"]
    assert len(mediation) == 14


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["build"], "il manque le territoire (TERRITORY"),
        (
            ["rank", "demo", "--posts", "abc"],
            "--posts ne convient pas : « abc » reçu, un nombre entier attendu. Aide",
        ),
        (["rank", "demo", "--posts", "0"], "« 0 » reçu, un nombre d'au moins 1 attendu."),
        (
            ["rank", "demo", "--postes", "3"],
            "--postes n'existe pas ; vouliez-vous dire « --posts » ? Aide",
        ),
        (["nothing"], "la commande « nothing » n'existe pas. Aide"),
        (["chow"], "la commande « chow » n'existe pas ; vouliez-vous dire « show » ? Aide"),
        (["show", "demo", "--foo"], "--foo n'existe pas. Aide"),
        (["explain", "QN09901M", "aussi"], "« aussi » est en trop. Aide"),
    ],
)
def test_a_badly_written_command_is_said_in_french(
    words: list[str], told: str, tmp_path: Path
) -> None:
    refused = qpv(*words, data=tmp_path)
    assert refused.returncode == 2
    assert told in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_disk_that_refuses_is_said_in_french(demo_data: Path, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    for words in (["build", "demo", "--data", file], ["map", "demo", "--out", tmp_path]):
        refused = qpv(*words, data=demo_data)
        assert refused.returncode == 1
        assert "ne peut pas être lu ou écrit" in refused.stderr
        assert "Traceback" not in refused.stderr


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    refused = qpv("build", "dep:42", "--from", tmp_path / "nowhere", data=tmp_path)
    assert refused.returncode == 1
    assert "n'existe pas" in refused.stderr


def test_a_damaged_build_is_one_french_message(demo_data: Path, tmp_path: Path) -> None:
    """Our own errors that are OSError too escaped as a traceback."""
    shutil.copytree(demo_data / "territories", tmp_path / "territories")
    table = next((tmp_path / "territories" / "demo" / "builds").glob("*/qpv.parquet"))
    table.write_bytes(table.read_bytes() + b"x")
    shown = qpv("show", "demo", data=tmp_path)
    assert shown.returncode == 1
    assert shown.stderr.startswith("Erreur : ")
    assert "abîmé" in shown.stderr
    assert "Traceback" not in shown.stderr


ENGLISH = re.compile(
    r"\b(Usage|Options?|Arguments?|Commands?|COMMAND|ARGS|Show|message|exit|default|required|str|"
    r"bool|int|float|path|Path|env var)\b|\blist\[|OPTIONS"
)


def _every_help(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    for name, inner in getattr(command, "commands", {}).items():
        yield from _every_help(inner, (*path, name))


# What takes from a tenth of a second to one to import, and no help needs.
SLOW = ("numpy", "pandas", "scipy", "numba", "pandera", "geopandas", "shapely", "pyarrow",
        "openpyxl", "sqlalchemy", "requests", "highspy", "folium", "streamlit")  # fmt: skip
QUICK = (
    [], ["template"], ["locate"], ["sources"], ["show"], ["monitor"], ["outreach"], ["group"],
    ["practices"], ["workspace", "import"], ["template", "fiches"], ["check", "zonage"],
    ["rank"], ["pack"], ["access"], ["coverage"], ["notes"], ["notes", "rank"],
)  # fmt: skip
SHOW_ALL = f"""
import sys, cli
for words in {QUICK}:
    sys.argv = ["qpv", *words, "--help"]
    try:
        cli.main()
    except SystemExit as ended:
        assert not ended.code, words
print(sorted(set({SLOW}) & set(sys.modules)))
"""


def test_a_help_imports_nothing_that_computes() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SHOW_ALL], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_what_a_help_names_is_what_the_command_knows() -> None:
    """Told without importing the tables that they stand for: they must be theirs."""
    assert tuple(CATALOGUE) == CRITERIA
    assert tuple(PRESETS) == FILTERS
    assert tuple(presets.PRESETS) == CALLS


def test_placing_points_waits_for_no_other_command() -> None:
    words = "import sys, commands.locate, datasets.locate_files; print(sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", words], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "'shapely'" in done.stdout
    for slow in ("numba", "pandera", "scipy.stats", "openpyxl", "sqlalchemy", "geo.analysis"):
        assert f"'{slow}'" not in done.stdout


def test_the_help_of_all_says_the_first_line_of_each_command() -> None:
    for group in (Root, Templates, Checks):
        for name, promise in group().commands.items():
            first = " ".join(promise.kept.help.split("\n\n")[0].split())
            assert first == promise.room.line, name


def test_no_command_is_left_out_of_the_help() -> None:
    """A module adds commands: each is in the list of all, under the same way to add it."""
    listed = {"register": ROOMS, "register_templates": TEMPLATES, "register_checks": CHECKS}
    for module in sorted({room.module for rooms in listed.values() for room in rooms.values()}):
        found = import_module(f"commands.{module}")
        for way, rooms in listed.items():
            if module == "rooms" or not hasattr(found, way):
                continue
            app = typer.Typer()
            getattr(found, way)(app)
            added = set(get_group(app).commands)
            assert added == {
                name
                for name, room in rooms.items()
                if (room.module, room.register) == (module, way)
            }


COMMANDS = list(_every_help(get_command(cli.app)))


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_no_help_speaks_english(path: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "250")
    monkeypatch.setenv("TERMINAL_WIDTH", "250")
    shown = CliRunner().invoke(cli.app, [*path, "--help"])
    assert shown.exit_code == 0
    assert "Emploi : " in shown.output and "Afficher cette aide" in shown.output
    assert ENGLISH.findall(shown.output) == []


def test_the_help_of_every_command_was_read() -> None:
    assert {(), ("access",), ("template", "mediation")} <= set(COMMANDS) and len(COMMANDS) > 20
