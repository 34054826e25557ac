"""Finding the built territory that holds a QPV, so that nobody has to name it."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from datasets.store import NotBuilt, list_built
from geo.errors import BadInput
from geo.names import DEPARTEMENTS
from geo.schema import QPV_2024_CODE
from geo.territory import DEMO_DEPARTEMENT


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
            f"À faire : vérifiez le code, {_where(departement)}"
        )
    return min(sizes, key=lambda slug: (sizes[slug], slug))


def _where(departement: str) -> str:
    """What else to do, once the code is checked: only a département that exists can be built."""
    if departement not in DEPARTEMENTS:
        return (
            f"car « {departement} » n'est pas un département (un code écrit le sien sur trois "
            "signes : 042, 02A, 974)."
        )
    return f"ou qpv build {'demo' if departement == DEMO_DEPARTEMENT else f'dep:{departement}'}"
