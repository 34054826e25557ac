"""Lists by commune or IRIS that a user brings: deprivation quintiles, medical zoning."""

from __future__ import annotations

import pandas as pd

from geo.regimes.model import Case, State, Verdict, by_share, unknown
from geo.regimes.shares import looked_up
from geo.words import listed, percent

DEPRIVED = (4.0, 5.0)
KEPT_ZONES = ("ZIP", "ZAC")
_ZONE_WORDS = {"ZIP": "ZIP", "ZAC": "ZAC", "vigilance": "zone de vigilance", "hors": "hors zonage"}
_NO_FDEP = "Aucun fichier FDep joint : à demander à la personne qui construit le territoire."
_NO_ZONING = "Aucune liste de zonage jointe : à demander à la personne qui construit le territoire."


def fdep_45(case: Case) -> list[Verdict]:
    """Kept when enough of the people live in communes or IRIS of quintile 4 or 5: modelled."""
    rows = case.layers["indicators"]
    rows = rows[(rows["indicator"] == "fdep_quintile") & rows["value"].notna()]
    if rows.empty:
        return [unknown(_NO_FDEP, source_id="fdep")] * len(case.quarters)
    rows = rows.sort_values("vintage").drop_duplicates(["territory_kind", "code"], keep="last")
    found = looked_up(case.shares, _named(rows, "commune"), _named(rows, "iris"))
    date = str(rows["vintage"].max())
    told = case.shares.assign(value=found.astype("float64"))
    by_code = {str(code): own for code, own in told.groupby("code_qp")}
    return [
        _fdep(by_code.get(code, told.iloc[:0]), case.parameters.regime_min_share, date)
        for code in case.quarters["code_qp"]
    ]


def _fdep(own: pd.DataFrame, least: float, date: str) -> Verdict:
    known = float(own.loc[own["value"].notna(), "share"].sum())
    if known == 0:
        reason = "Le fichier FDep ne dit rien des communes ni des IRIS du quartier."
        return unknown(reason, date, "fdep")
    kept = float(own.loc[own["value"].isin(DEPRIVED), "share"].sum())
    state = by_share(kept, known, least)
    reason = (
        f"{percent(kept, 0)} des habitants dans une commune ou un IRIS de quintile 4 ou 5 (estimé, "
        f"{percent(known, 0)} des habitants couverts, {percent(least, 0)} demandés)."
    )
    return Verdict(state, reason, date, "fdep", "missing" if state == "unknown" else "modelled")


def aura_priority(case: Case) -> list[Verdict]:
    """QPV or FDep 4-5: every QPV of 2024 is kept, and the reason tells the two apart."""
    return [
        Verdict("in", _priority(quarter, region), "", "qpv_2024", "observed")
        for quarter, region in zip(fdep_45(case), case.quarters["region"], strict=True)
    ]


def _priority(fdep: Verdict, region: str) -> str:
    also = {"in": "QPV 2024 et FDep 4-5", "out": "QPV 2024, sans être FDep 4-5"}
    reason = also.get(fdep.state, "QPV 2024 ; FDep non connu")
    return f"{reason}." if region == "84" else f"{reason} ; règle d'une autre région, transposée."


def zip_zac(case: Case) -> list[Verdict]:
    """The zone of the QPV itself, else those of the communes of its people."""
    zoning = case.layers["zoning"]
    if zoning.empty:
        return [unknown(_NO_ZONING, source_id="zonage_medecins")] * len(case.quarters)
    zoning = zoning.sort_values("year").drop_duplicates(["territory_kind", "code"], keep="last")
    communes = zoning[zoning["territory_kind"] == "commune"].set_index("code")
    own_zone = _zones_of_quarters(case, zoning[zoning["territory_kind"] == "qpv"])
    zones = looked_up(case.shares, dict(zip(communes.index, communes["zone"], strict=True)), {})
    told = case.shares.assign(zone=zones)
    by_code = {str(code): own for code, own in told.groupby("code_qp")}
    places = case.layers["communes"]
    names = dict(zip(places["code"], places["label"], strict=True))
    found = []
    for code in case.quarters["code_qp"]:
        if code in own_zone:
            found.append(own_zone[code])
            continue
        rows = by_code.get(code, told.iloc[:0])
        years = set(communes["year"].reindex(rows["commune"]).dropna())
        year = max(years or set(zoning["year"]))
        found.append(_zone(rows, names, year, case.parameters.regime_min_share))
    return found


def _zones_of_quarters(case: Case, rows: pd.DataFrame) -> dict[str, Verdict]:
    """QPV that the list names; a 2015 code stands for its unchanged heir only."""
    links = case.layers["correspondence"]
    same = links[(links["change"] == "INCHANGE") & ~links["suspect"]]
    heirs = dict(zip(same["code_2015_by_label"], same["code_2024"], strict=True))
    found = {}
    for row in rows.itertuples():
        code = heirs.get(str(row.code), str(row.code))
        state: State = "in" if row.zone in KEPT_ZONES else "out"
        reason = f"Quartier nommé par la liste : {_ZONE_WORDS[str(row.zone)]}."
        found[code] = Verdict(state, reason, str(row.year), str(row.source_id), "observed")
    return found


def _zone(rows: pd.DataFrame, names: dict[str, str], year: str, least: float) -> Verdict:
    source = "zonage_medecins"
    known = float(rows.loc[rows["zone"].notna(), "share"].sum())
    if known == 0:
        return unknown("La liste ne nomme aucune commune du quartier.", year, source)
    kept = float(rows.loc[rows["zone"].isin(KEPT_ZONES), "share"].sum())
    state = by_share(kept, known, least)
    named = rows.dropna(subset="zone").drop_duplicates("commune")
    zones = [
        f"{names.get(commune, commune)} : {_ZONE_WORDS[zone]}"
        for commune, zone in zip(named["commune"], named["zone"], strict=True)
    ]
    alone = rows["zone"].nunique(dropna=False) == 1
    split = "" if alone else f" ; {percent(kept, 0)} du quartier en ZIP ou ZAC (estimé)"
    status = "observed" if alone else "modelled"
    reason = f"{listed(zones)}{split}."
    return Verdict(state, reason, year, source, "missing" if state == "unknown" else status)


def _named(rows: pd.DataFrame, kind: str) -> dict[str, float]:
    own = rows[rows["territory_kind"] == kind]
    return dict(zip(own["code"], own["value"], strict=True))
