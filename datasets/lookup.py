"""Finding the built territory that holds a QPV, so that nobody has to name it."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from datasets.store import NotBuilt, list_built
from geo.errors import BadInput
from geo.schema import QPV_2024_CODE


def slug_with_quarter(code_qp: str, data_dir: Path) -> str:
    """The slug of the built territory with the fewest QPV that holds this one.

    Raises
    ------
    BadInput
        When the code is not one of a QPV of 2024.
    NotBuilt
        When no built territory holds it; the message says what to build.
    """
    if not re.fullmatch(QPV_2024_CODE, code_qp):
        raise BadInput(
            f"« {code_qp} » n'est pas un code de quartier prioritaire de 2024 : QN, trois "
            "caractères de département, deux chiffres et une lettre sont attendus (QN04217M)."
        )
    sizes = {}
    for built in list_built(data_dir):
        table = pd.read_parquet(built.path / "qpv.parquet", columns=["code_qp", "scope"])
        own = table.loc[table["scope"] == "territory", "code_qp"]
        if (own == code_qp).any():
            sizes[built.slug] = len(own)
    if not sizes:
        departement = code_qp[2:5].removeprefix("0")
        raise NotBuilt(
            f"Le quartier {code_qp} n'est dans aucun territoire construit de {data_dir}. "
            f"À faire : vérifiez le code, ou qpv build dep:{departement}"
        )
    return min(sizes, key=lambda slug: (sizes[slug], slug))
