"""The long table of indicators: QPV statistics of either perimeter, IRIS and commune figures.

A figure counted on a 2015 perimeter is carried to a 2024 QPV only through the official table,
keeps ``perimeter`` 2015 and the QPV it came from, and is ``modelled``: indicative, never observed.
A QPV 2024 without any figure gets explicit ``missing`` rows, so that absence is seen.
"""

from __future__ import annotations

import pandas as pd

from datasets.layers.intake import Intake, stack
from datasets.layers.places import Places
from datasets.readers.apl import read_apl
from datasets.readers.filosofi import read_filosofi_iris
from datasets.readers.ifn import read_ifn
from datasets.readers.insee_qpv import read_insee_qpv
from geo.schema import TABLES
from geo.territory import departement_of_qpv

_COLUMNS = list(TABLES["indicators"].columns)
# Counts cannot be shared between several heirs without knowing who lives where.
_COUNT_UNITS = ("habitants", "personnes")


def read_indicators(
    intake: Intake, qpv: pd.DataFrame, links: pd.DataFrame, places: Places
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """All indicators of the territory, and the commune APL frame (for standardised population)."""
    published = _published_qpv_figures(intake)
    wanted = set(qpv["code_qp"])
    departements = set(qpv["departement"])
    direct = published[published["code"].isin(wanted)]
    earlier = published[
        published["code"].str.startswith("QP")
        & published["code"].map(departement_of_qpv).isin(departements)
    ]
    carried = _carry(intake, earlier, links[links["code_2024"].isin(wanted)])
    absent = _missing_rows(qpv, published, pd.concat([direct, carried]))
    apl = _official_apl(intake, places)
    rows = [
        _first_of([direct, carried, absent]),
        earlier,
        _by_iris(intake, places),
        _apl_rows(apl),
    ]
    indicators = pd.concat([part[_COLUMNS] for part in rows], ignore_index=True)
    order = ["territory_kind", "code", "indicator", "perimeter"]
    return indicators.sort_values(order, kind="stable").reset_index(drop=True), apl


def _published_qpv_figures(intake: Intake) -> pd.DataFrame:
    frames = intake.read("insee_qpv", read_insee_qpv, "*.csv", "*.zip")
    columns = ["code_qp", "indicator", "value", "unit", "status", "vintage", "perimeter"]
    figures = stack(frames, columns, numbers=("value",))[columns]
    figures = figures.rename(columns={"code_qp": "code"})
    # Of several editions of one figure the latest counts; of two files of one edition, the first.
    figures = figures.sort_values("vintage", ascending=False, kind="stable")
    figures = figures.drop_duplicates(["code", "indicator"])
    return figures.assign(territory_kind="qpv", source_id="insee_qpv", carried_from="")


def _carry(intake: Intake, earlier: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """The 2015 figures under the code of the 2024 QPV, as modelled values."""
    pairs = links.loc[
        links["code_2015_by_label"] != "", ["code_2024", "code_2015_by_label"]
    ].rename(columns={"code_2015_by_label": "code"})
    several_parents = pairs["code_2024"].duplicated(keep=False)
    if several_parents.any():
        intake.note(
            "unmatched",
            "qpv_2015_2024",
            "QPV 2024 issus de plusieurs QPV 2015 : aucun taux n'est transféré (un taux moyen "
            "ne se déduit pas de deux taux).",
            value=", ".join(sorted(set(pairs.loc[several_parents, "code_2024"]))),
            count=int(pairs.loc[several_parents, "code_2024"].nunique()),
        )
    pairs = pairs[~several_parents]
    shared = set(pairs.loc[pairs["code"].duplicated(keep=False), "code"])
    carried = pairs.merge(earlier, on="code")
    undivided = carried["code"].isin(shared) & carried["unit"].isin(_COUNT_UNITS)
    carried = carried[~undivided].assign(carried_from=lambda rows: rows["code"])
    carried["code"] = carried["code_2024"]
    carried["status"] = carried["status"].replace({"observed": "modelled"})
    return carried


def _missing_rows(
    qpv: pd.DataFrame, published: pd.DataFrame, present: pd.DataFrame
) -> pd.DataFrame:
    """One explicit missing row per QPV and indicator that has no figure at all."""
    known = published.drop_duplicates("indicator").set_index("indicator")["unit"]
    grid = pd.MultiIndex.from_product([qpv["code_qp"], known.index], names=["code", "indicator"])
    there = pd.MultiIndex.from_frame(present[["code", "indicator"]])
    absent = grid.difference(there).to_frame(index=False)
    return absent.assign(
        territory_kind="qpv",
        value=float("nan"),
        unit=absent["indicator"].map(known).astype("str"),
        status="missing",
        vintage="",
        perimeter="2024",
        source_id="insee_qpv",
        carried_from="",
    )


def _first_of(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """A figure on the 2024 perimeter wins over a carried one, which wins over an absence."""
    return pd.concat(parts, ignore_index=True).drop_duplicates(["code", "indicator"])


def _by_iris(intake: Intake, places: Places) -> pd.DataFrame:
    columns = ["code", "indicator", "value", "unit", "status", "vintage"]
    rows = []
    for source_id, reader, patterns in (
        ("filosofi_iris", read_filosofi_iris, ("*.zip", "*.csv")),
        ("ifn", read_ifn, ("*.csv.gz", "*.csv", "*.zip")),
    ):
        frame = stack(intake.read(source_id, reader, *patterns), columns, numbers=("value",))
        frame = frame[columns]
        rows.append(frame.assign(source_id=source_id))
    figures = pd.concat(rows, ignore_index=True)
    kept = figures[figures["code"].str[:5].isin(set(places.communes["code"]))]
    return kept.assign(territory_kind="iris", perimeter="", carried_from="")


def _official_apl(intake: Intake, places: Places) -> pd.DataFrame:
    columns = ["commune", "apl", "population", "standardised_population", "year", "profession"]
    rows = []
    for source_id in ("apl_mg", "apl_infirmiers"):
        frame = stack(
            intake.read(source_id, read_apl, "*.xlsx"),
            [*columns, "unit"],
            numbers=("apl", "population", "standardised_population"),
        )
        rows.append(frame[[*columns, "unit"]].assign(source_id=source_id))
        if len(frame):
            intake.vintages[source_id] = str(frame["year"].max())
    apl = pd.concat(rows, ignore_index=True)
    return apl[apl["commune"].isin(set(places.communes["code"]))].reset_index(drop=True)


_APL_INDICATOR = {"apl_mg": "apl_gp", "apl_infirmiers": "apl_nurse"}


def _apl_rows(apl: pd.DataFrame) -> pd.DataFrame:
    value = apl["apl"].astype("float64")
    return pd.DataFrame(
        {
            "territory_kind": "commune",
            "code": apl["commune"],
            "indicator": apl["source_id"].map(_APL_INDICATOR).astype("str"),
            "value": value,
            "unit": apl["unit"],
            "status": value.notna().map({True: "observed", False: "missing"}).astype("str"),
            "vintage": apl["year"].astype("str"),
            "perimeter": "",
            "source_id": apl["source_id"],
            "carried_from": "",
        }
    )
