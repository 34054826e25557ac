"""Packaged schemes and user files against the official communes and QPV."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from datasets.mediation import check_mediation, packaged_schemes
from datasets.mediation.template import write_lines

pytestmark = pytest.mark.real


def test_packaged_communes_are_the_named_ones(mirror: Path) -> None:
    records = json.loads((mirror / "communes" / "france.json").read_text(encoding="utf-8"))
    names = {record["code"]: record["nom"] for record in records}
    found = {names[code] for code in packaged_schemes().points["commune"]}
    assert found == {
        "Bourg-en-Bresse",
        "Roanne",
        "Saint-Étienne",
        "Clermont-Ferrand",
        "Valherbasse",
    }


def test_codes_are_checked_against_the_official_list(mirror: Path, tmp_path: Path) -> None:
    known = _official_codes(mirror / "qpv_2024")
    real = sorted(code for code in known if code.startswith("QN042"))[:2]
    path = tmp_path / "mediation.csv"
    line = {"structure": "A", "type_action": "permanence", "commune": "42218"}
    write_lines(
        path,
        [
            {**line, "qpv_desservis": f"{real[0]}:0,5|{real[1]}:0,5"},
            {**line, "qpv_desservis": "QN04299M"},
        ],
    )
    [problem] = check_mediation(path, known)
    assert (problem.line, problem.value) == (3, "QN04299M")


def _official_codes(folder: Path) -> set[str]:
    codes: set[str] = set()
    for path in folder.rglob("*"):
        if path.suffix == ".geojson":
            codes |= _codes(path.read_bytes())
        elif path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                for name in archive.namelist():
                    if name.lower().endswith(".geojson"):
                        codes |= _codes(archive.read(name))
    return codes


def _codes(data: bytes) -> set[str]:
    return {feature["properties"]["code_qp"] for feature in json.loads(data)["features"]}
