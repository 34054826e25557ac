"""The communes and quarters that a data folder knows to exist: what a brought file may name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from datasets import store
from datasets.mediation.known import CodeList
from datasets.mediation.near import communes_around
from datasets.raw import DEMO_FOLDER, RawFolder
from datasets.readers.communes import read_communes
from datasets.readers.qpv import read_qpv_2024


def known_qpv_codes(data_dir: Path) -> frozenset[str] | None:
    """QPV codes a brought file may name, or None when no national list was fetched.

    The codes of a built territory are those of its region only, and the demo's are fictional:
    neither can say that a code does not exist. The demo's codes are added to the national list.
    """
    codes = [set(quarters["code_qp"]) for _, quarters in _quarter_lists(data_dir)]
    return frozenset().union(*codes) or None


def known_quarters(data_dir: Path) -> CodeList | None:
    """``known_qpv_codes`` with the communes near each quarter, where the list of them is whole."""
    codes: set[str] = set()
    around: dict[str, frozenset[str]] = {}
    for raw, quarters in _quarter_lists(data_dir):
        codes |= set(quarters["code_qp"])
        for file in raw.files("communes", "france.json"):
            around |= communes_around(quarters, read_communes(file.path).frame)
    return CodeList(frozenset(codes), None, around) if codes else None


def _quarter_lists(data_dir: Path) -> Iterator[tuple[RawFolder, pd.DataFrame]]:
    if not (data_dir / "raw" / "qpv_2024").is_dir():
        return
    for folder in ("raw", DEMO_FOLDER):
        if (data_dir / folder).is_dir():
            raw = RawFolder(data_dir / folder)
            for file in raw.files("qpv_2024", "*.zip", "*.geojson"):
                yield raw, read_qpv_2024(file.path).frame


def known_commune_codes(data_dir: Path) -> frozenset[str] | None:
    """Commune codes a brought file may name, or None when no national list was fetched."""
    if not (data_dir / "raw").is_dir():
        return None
    codes = commune_codes(RawFolder(data_dir / "raw"))
    if codes and (data_dir / DEMO_FOLDER).is_dir():
        codes |= commune_codes(RawFolder(data_dir / DEMO_FOLDER))
    return frozenset(codes) or None


def known_communes(data_dir: Path) -> pd.DataFrame:
    """Communes at hand (code, label, departement): of what was fetched, else of what is built."""
    tables = []
    for folder in ("raw", DEMO_FOLDER):
        if (data_dir / folder).is_dir():
            files = RawFolder(data_dir / folder).files("communes", "france.json")
            tables += [read_communes(file.path).frame for file in files]
    if not tables:
        tables = [
            store.load(built.slug, data_dir)["communes"] for built in store.list_built(data_dir)
        ]
    columns = ["code", "label", "departement"]
    found = [pd.DataFrame(table)[columns] for table in tables]
    if not found:
        return pd.DataFrame(columns=columns, dtype="str")
    return pd.concat(found, ignore_index=True).drop_duplicates("code")


def commune_codes(raw: RawFolder) -> set[str]:
    """The codes of the communes of a raw folder."""
    files = raw.files("communes", "france.json")
    return {code for file in files for code in read_communes(file.path).frame["code"]}


def qpv_codes(raw: RawFolder) -> set[str]:
    """The codes of the quarters of 2024 of a raw folder."""
    files = raw.files("qpv_2024", "*.zip", "*.geojson")
    return {code for file in files for code in read_qpv_2024(file.path).frame["code_qp"]}
