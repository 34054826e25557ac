"""Read INSEE's statistics by QPV: income (REVN), demography (DEMO), work (IPRO), C2S (CNAM).

The year in a file name is the edition, not the year the figures speak of. A figure of the 2015
perimeter says so on every row: it must never be divided by a 2024 area or population.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from glob import escape
from pathlib import Path

import numpy as np
import pandas as pd

from datasets.readers.qpv_codes import EXAMPLES, PATTERNS, refuse_duplicates, single_generation
from datasets.readers.tabular import (
    content,
    found_kind,
    member_names,
    number_column,
    open_member,
    read_csv,
)
from datasets.reading import Problem, Reading, UnreadableFile
from geo.words import counted

SOURCE_ID = "insee_qpv"
_LANDING = "https://www.insee.fr/fr/statistiques/8186144"
_CODE = ("CODGEO", "CODE_QP", "CODE_QPV", "QPV", "QP")


@dataclass(frozen=True)
class Rule:
    """How one indicator is read: sum of ``parts``, divided by a column or by 100 for a %."""

    indicator: str
    parts: tuple[str, ...]
    unit: str
    percent: bool = False
    of: str = ""


# `A` is the CAF claimants in REVN and DEMO but a category of job seekers in IPRO: it is only
# ever used beside AM or ARSAS, which IPRO does not have.
RULES = (
    Rule("population", ("POP_MUN",), "habitants"),
    Rule("poverty_share", ("TP60",), "part", percent=True),
    Rule("median_income_eur", ("DISP_Q2",), "€/an/UC"),
    Rule("c2s_share", ("C_C2SNP", "C_C2SP"), "part", of="C"),
    Rule("c2s_share", ("CC2S",), "part", of="C"),
    Rule("c2s_beneficiaries", ("C_C2SNP", "C_C2SP"), "personnes"),
    Rule("c2s_beneficiaries", ("CC2S",), "personnes"),
    Rule("covered_cnam", ("C",), "personnes"),
    Rule("age60_share", ("TX_TOT_60ETPLUS",), "part", percent=True),
    Rule("age24_share", ("TX_TOT_0A24",), "part", percent=True),
    Rule("one_person_share", ("TX_TOT_MEN1",), "part", percent=True),
    Rule("large_household_share", ("TX_TOT_MEN6",), "part", percent=True),
    Rule("foreign_share", ("TX_TOT_ET",), "part", percent=True),
    Rule("single_parent_share", ("AM",), "part", of="A"),
    Rule("rsa_share", ("ARSAS",), "part", of="A"),
    Rule("job_seekers", ("ABC",), "personnes"),
    Rule("employment_share", ("TX_TOT_EMPL",), "part", percent=True),
)
_MEASURES = tuple(
    dict.fromkeys(name for rule in RULES for name in (*rule.parts, *((rule.of,) * bool(rule.of))))
)


def read_insee_qpv(path: Path) -> Reading:
    """Read one INSEE file of statistics by QPV, bare CSV or zip, of either generation.

    Returns
    -------
    Reading
        One row per QPV and indicator the file can give: ``code_qp``, ``label``, ``indicator``
        (ids of the project), ``value`` (shares from 0 to 1; NaN unless observed), ``unit``,
        ``status``, ``vintage`` (``édition 2022``, or the date in the name of a CNAM file),
        ``perimeter`` (``2015`` or ``2024``, from the codes).

    Raises
    ------
    UnreadableFile
        Damaged file, no QPV code column, no known indicator, two generations mixed, duplicates.
    """
    data, member = _table(path)
    file = path.name
    table, problems = read_csv(
        data,
        source_id=SOURCE_ID,
        file=file,
        required=(_CODE,),
        optional=(("LIBGEO", "LIB_QP", "LIBQP"), *_MEASURES),
        landing_page=_LANDING,
    )
    table["CODGEO"] = table["CODGEO"].str.upper()
    generation = single_generation(table["CODGEO"], file)
    if not generation:
        raise UnreadableFile(
            file,
            "aucun code de quartier prioritaire",
            "une colonne de codes QN… ou QP…",
            f"choisissez le fichier des quartiers, pas celui des communes ({_LANDING})",
        )
    table = _only_qpv(table, generation, file, problems)
    refuse_duplicates(table["CODGEO"], file)
    numbers: dict[str, tuple[pd.Series, pd.Series]] = {}
    for name in [name for name in _MEASURES if name in table]:
        values, status, met = number_column(table, name, source_id=SOURCE_ID, file=file)
        numbers[name] = (values, status)
        problems += met + _blank_cells(name, status, met, file)
    vintage = vintage_of(path.name) or vintage_of(member)
    if not vintage:
        problems.append(
            Problem(
                "missing",
                SOURCE_ID,
                file,
                "Le nom du fichier ne dit pas l'année d'édition : « édition inconnue ».",
                expected="un nom comme REVN_2022.csv",
            )
        )
    frames = [
        _indicator(rule, table, numbers, file, problems)
        for rule in RULES
        if all(name in numbers for name in (*rule.parts, *((rule.of,) * bool(rule.of))))
    ]
    if not frames:
        raise UnreadableFile(
            file,
            "aucun indicateur connu dans ce fichier",
            f"au moins une des colonnes {', '.join(_MEASURES)}",
            f"choisissez un des fichiers par quartier de {_LANDING}",
        )
    frame = pd.concat(frames, ignore_index=True)
    frame["vintage"] = pd.Series(vintage or "édition inconnue", index=frame.index, dtype="str")
    frame["perimeter"] = pd.Series(generation, index=frame.index, dtype="str")
    columns = ["code_qp", "label", "indicator", "value", "unit", "status", "vintage", "perimeter"]
    return Reading(frame[columns], tuple(problems))


def vintage_of(name: str) -> str:
    """``édition 2022`` from ``REVN_2022.csv``; ``01/01/2025`` from a CNAM file; else ``""``."""
    dated = re.search(r"(?<!\d)(\d{2})-(\d{2})-(20\d{2})(?!\d)", name)
    if dated:
        return "/".join(dated.groups())
    year = re.search(r"_(20\d{2})(?!\d)", name)
    return f"édition {year[1]}" if year else ""


def _table(path: Path) -> tuple[bytes, str]:
    """The CSV of the QPV: in a zip, the member whose lines begin with QPV codes."""
    if path.is_file():
        with path.open("rb") as stream:
            kind = found_kind(stream.read(4096))
        if kind == "zip":
            names = [name for name in member_names(path) if name.lower().endswith(".csv")]
            for name in names:
                data = open_member(path, escape(name))
                if re.search(rb'^"?(QN|QP)\w{6}"?[;,|\t]', data, re.MULTILINE):
                    return data, name
            raise UnreadableFile(
                path.name,
                "aucun CSV de l'archive ne porte de codes de quartiers "
                f"(elle contient : {', '.join(names[:8]) or 'aucun CSV'})",
                "un CSV dont la première colonne porte des codes QN… ou QP…",
                f"téléchargez le fichier des quartiers depuis {_LANDING}",
            )
    return content(path)


def _only_qpv(
    table: pd.DataFrame, generation: str, file: str, problems: list[Problem]
) -> pd.DataFrame:
    codes = table["CODGEO"]
    good = codes.str.fullmatch(PATTERNS[generation])
    if "LIBGEO" not in table:
        table["LIBGEO"] = pd.Series("", index=table.index, dtype="str")
    for code, label, line in zip(
        codes[~good], table.loc[~good, "LIBGEO"], table.loc[~good, "line"], strict=True
    ):
        if "ENSEMBLE" in (code, str(label).upper()):
            problems.append(
                Problem(
                    "extra",
                    SOURCE_ID,
                    file,
                    f"Ligne {line} : total « Ensemble » laissé de côté, ce n'est pas un quartier.",
                    line=int(line),
                    column="CODGEO",
                    value=code,
                )
            )
            continue
        problems.append(
            Problem(
                "rejected",
                SOURCE_ID,
                file,
                f"Ligne {line} : « {code} » n'est pas un code de quartier.",
                line=int(line),
                column="CODGEO",
                value=code,
                expected=EXAMPLES[generation],
            )
        )
    return table[good].reset_index(drop=True)


def _blank_cells(name: str, status: pd.Series, met: list[Problem], file: str) -> list[Problem]:
    rejected = sum(1 for problem in met if problem.kind == "rejected")
    blank = int((status == "missing").sum()) - rejected
    if not blank:
        return []
    return [
        Problem(
            "missing",
            SOURCE_ID,
            file,
            f"{counted(blank, 'quartier')} sans valeur pour « {name} » (non disponible, et non "
            "pas zéro).",
            column=name,
            count=blank,
        )
    ]


def _indicator(
    rule: Rule,
    table: pd.DataFrame,
    numbers: dict[str, tuple[pd.Series, pd.Series]],
    file: str,
    problems: list[Problem],
) -> pd.DataFrame:
    used = [numbers[name] for name in (*rule.parts, *((rule.of,) * bool(rule.of)))]
    value = sum((numbers[name][0] for name in rule.parts[1:]), numbers[rule.parts[0]][0])
    if rule.percent:
        value = value / 100
    if rule.of:
        whole = numbers[rule.of][0]
        value = value / whole.where(whole > 0)
    status = pd.Series("observed", index=table.index, dtype="str")
    # A figure built from a missing and a hidden one is hidden: somebody knows it.
    for kind in ("missing", "suppressed"):
        status[np.logical_or.reduce([each == kind for _, each in used])] = kind
    impossible = (value < 0) | ((value > 1) if rule.unit == "part" else False)
    for code, line, wrong in zip(
        table.loc[impossible, "CODGEO"],
        table.loc[impossible, "line"],
        value[impossible],
        strict=True,
    ):
        problems.append(
            Problem(
                "rejected",
                SOURCE_ID,
                file,
                f"Ligne {line} : valeur impossible pour {code} ({rule.indicator} = {wrong:g}).",
                line=int(line),
                column="+".join(rule.parts),
                value=f"{wrong:g}",
                expected="une part de 0 à 100 %" if rule.unit == "part" else "un nombre positif",
            )
        )
    value = value.where(~impossible)
    status[value.isna() & (status == "observed")] = "missing"
    value = value.where(status == "observed")
    return pd.DataFrame(
        {
            "code_qp": table["CODGEO"],
            "label": table["LIBGEO"],
            "indicator": pd.Series(rule.indicator, index=table.index, dtype="str"),
            "value": value,
            "unit": pd.Series(rule.unit, index=table.index, dtype="str"),
            "status": status,
        }
    )
