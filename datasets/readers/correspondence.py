"""Read the table that pairs 2024 QPV with the 2015 ones (ANCT), and find its swapped rows.

The link is between codes, not a population weight. Swapped rows are found by comparing the
names on both sides (SOURCES, section 3); they are reported, and the published pairing is kept
beside the corrected one.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from pathlib import Path

import pandas as pd

from datasets.readers.qpv_codes import EXAMPLES, PATTERNS
from datasets.readers.tabular import normalise_label, read_csv
from datasets.reading import Problem, Reading, UnreadableFile

SOURCE_ID = "qpv_2015_2024"
VINTAGE = "2024"
# A pair is doubted when its own names differ more than SAME_NAME allows while another doubted
# row of the département has the right name; spelling variants stay above it [assumption, editable].
DIFFERENT_NAME = 0.6
SAME_NAME = 0.85
_CHANGES = {"nouveau": "NOUVEAU", "modifie": "MODIFIE", "inchange": "INCHANGE"}
_LANDING = (
    "https://www.data.gouv.fr/datasets/quartiers-prioritaires-de-la-politique-de-la-ville-qpv"
)
_MOST_ANCESTORS = 12


def read_correspondence(path: Path) -> Reading:
    """Read the correspondence table: one row per pair, and one per 2024 QPV without ancestor.

    Returns
    -------
    Reading
        Columns of the canonical table ``correspondence``: ``code_2024``, ``label_2024``,
        ``change`` (NOUVEAU, MODIFIE, INCHANGE), ``code_2015`` (``""`` when new), ``label_2015``,
        ``suspect``, ``code_2015_by_label`` (as published unless suspect).

    Raises
    ------
    UnreadableFile
        When a mandatory column is missing or no row can be used.
    """
    file = path.name
    ancestors = [
        (f"qp2015_{rank}", f"label_qp2015_{rank}") for rank in range(2, _MOST_ANCESTORS + 1)
    ]
    table, problems = read_csv(
        path,
        source_id=SOURCE_ID,
        required=(
            ("qp2024", "code_qp2024", "code_qp_2024"),
            ("qp2015_1", "code_qp2015", "qp2015", "code_qp_2015", "code_qp2015_1"),
        ),
        optional=(
            ("label_qp2024", "lib_qp2024", "nom_qp2024"),
            ("label_qp2015_1", "label_qp2015", "lib_qp2015", "nom_qp2015"),
            "statut",
            *(name for pair in ancestors for name in pair),
        ),
        landing_page=_LANDING,
    )
    for column in ("label_qp2024", "label_qp2015_1", "statut"):
        if column not in table:
            table[column] = ""
    pairs = [("qp2015_1", "label_qp2015_1")]
    pairs += [(code, label) for code, label in ancestors if code in table]
    frame = _rows(table, pairs, file, problems)
    if frame.empty:
        raise UnreadableFile(
            file,
            "aucune ligne utilisable",
            "des paires de codes QN… et QP…",
            f"téléchargez le fichier depuis {_LANDING}",
        )
    other = _by_label(frame)
    frame["suspect"] = [row in other for row in frame.index]
    published = frame["code_2015"].tolist()
    frame["code_2015_by_label"] = pd.Series(
        [published[other.get(row, row)] for row in range(len(frame))], dtype="str"
    )
    for seen in frame[frame["suspect"]].to_dict("records"):
        problems.append(
            Problem(
                "suspect",
                SOURCE_ID,
                file,
                f"{seen['code_2024']} « {seen['label_2024']} » est associé à {seen['code_2015']} "
                f"« {seen['label_2015']} » : d'après les noms, ce serait "
                f"{seen['code_2015_by_label']} (lignes sans doute échangées).",
                line=int(seen["line"]),
                column="qp2015_1",
                value=str(seen["code_2015"]),
                expected=str(seen["code_2015_by_label"]),
            )
        )
    return Reading(frame.drop(columns="line"), tuple(problems))


def _rows(
    table: pd.DataFrame, pairs: list[tuple[str, str]], file: str, problems: list[Problem]
) -> pd.DataFrame:
    rows: list[tuple[str, str, str, str, str, int]] = []
    seen: set[tuple[str, str]] = set()
    for cells in table.to_dict("records"):
        line, code = int(cells["line"]), str(cells["qp2024"]).upper()

        def reject(column: str, value: str, expected: str, what: str, line: int = line) -> None:
            problems.append(
                Problem(
                    "rejected",
                    SOURCE_ID,
                    file,
                    f"Ligne {line} : {what}.",
                    line=line,
                    column=column,
                    value=value,
                    expected=expected,
                )
            )

        if not re.fullmatch(PATTERNS["2024"], code):
            reject("qp2024", code, EXAMPLES["2024"], f"« {code} » n'est pas un QPV de 2024")
            continue
        status = str(cells["statut"])
        change = _CHANGES.get(normalise_label(status), "")
        found = []
        for code_column, label_column in pairs:
            ancestor = str(cells[code_column]).upper()
            if ancestor and re.fullmatch(PATTERNS["2015"], ancestor):
                found.append((ancestor, str(cells.get(label_column, ""))))
            elif ancestor:
                reject(
                    code_column,
                    ancestor,
                    EXAMPLES["2015"],
                    f"« {ancestor} » n'est pas un QPV de 2015",
                )
        if status and not change:
            reject(
                "statut",
                status,
                "NOUVEAU, MODIFIE ou INCHANGE",
                f"statut « {status} » inconnu pour {code}",
            )
        if not change:
            change = "MODIFIE" if found else "NOUVEAU"
        if (change == "NOUVEAU") == bool(found):
            problems.append(
                Problem(
                    "suspect",
                    SOURCE_ID,
                    file,
                    f"Ligne {line} : {code} est dit « {change} » mais "
                    + ("a un quartier d'origine." if found else "n'a pas de quartier d'origine."),
                    line=line,
                    column="statut",
                    value=status,
                    expected="NOUVEAU sans code de 2015, ou un autre statut avec",
                )
            )
        for ancestor, label in found or [("", "")]:
            if (code, ancestor) in seen:
                reject("qp2015_1", ancestor, "chaque paire une fois", f"paire {code} en double")
                continue
            seen.add((code, ancestor))
            rows.append((code, str(cells["label_qp2024"]), change, ancestor, label, line))
    columns = ["code_2024", "label_2024", "change", "code_2015", "label_2015"]
    frame = pd.DataFrame(rows, columns=[*columns, "line"])
    return frame.astype(dict.fromkeys(columns, "str"))


def _by_label(frame: pd.DataFrame) -> dict[int, int]:
    """For each swapped row, the row whose 2015 QPV bears its name.

    Only closed exchanges count (two rows crosswise, or a longer round): a row is never
    doubted because its QPV was merely renamed.
    """
    target: dict[int, int] = {}
    paired = frame[(frame["code_2015"] != "") & (frame["label_2015"] != "")]
    paired = paired[paired["label_2024"] != ""]
    for _, group in paired.groupby(paired["code_2024"].str[2:5]):
        names = [normalise_label(name) for name in group["label_2024"]]
        olds = [normalise_label(name) for name in group["label_2015"]]
        doubted = [
            at for at in range(len(group)) if _likeness(names[at], olds[at]) < DIFFERENT_NAME
        ]
        for at in doubted:
            scores = {to: _likeness(names[at], olds[to]) for to in doubted if to != at}
            fitting = [to for to, score in scores.items() if score >= SAME_NAME]
            if len(fitting) == 1:
                target[int(group.index[at])] = int(group.index[fitting[0]])
    while True:
        targeted = set(target.values())
        closed = {row: to for row, to in target.items() if to in target and row in targeted}
        if closed == target:
            return closed
        target = closed


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
