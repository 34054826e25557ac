"""What holds for QPV codes in every source: one generation a file, each code once."""

from __future__ import annotations

import pandas as pd

from datasets.reading import UnreadableFile
from geo.vocabulary import QPV_2015_CODE, QPV_2024_CODE
from geo.words import counted

PATTERNS = {"2024": QPV_2024_CODE, "2015": QPV_2015_CODE}
PREFIXES = {"2024": "QN", "2015": "QP"}
EXAMPLES = {"2024": "un code comme QN04217M (2024)", "2015": "un code comme QP042005 (2015)"}


def single_generation(codes: pd.Series, file: str) -> str:
    """``2024`` or ``2015`` by the prefix of the codes, ``""`` when no code is one of a QPV.

    Raises
    ------
    UnreadableFile
        When both generations stand in one file: their perimeters cannot be compared.
    """
    samples = {
        generation: codes[codes.str.startswith(prefix)].head(3).tolist()
        for generation, prefix in PREFIXES.items()
    }
    present = [generation for generation, sample in samples.items() if sample]
    if len(present) > 1:
        raise UnreadableFile(
            file,
            "quartiers de deux générations mêlés "
            f"({', '.join(samples['2024'])} et {', '.join(samples['2015'])})",
            "des codes QN… (2024) seuls, ou QP… (2015) seuls",
            "donnez un fichier par génération : leurs périmètres ne se comparent pas",
        )
    return present[0] if present else ""


def refuse_duplicates(codes: pd.Series, file: str) -> None:
    """Raise ``UnreadableFile`` with the list of codes that stand several times."""
    twice = sorted(codes[codes.duplicated()].unique())
    if twice:
        raise UnreadableFile(
            file,
            f"{counted(len(twice), 'code')} en double : {', '.join(twice[:20])}",
            "chaque code une seule fois",
            "retirez ou fusionnez les doublons, ou téléchargez de nouveau le fichier officiel",
        )
