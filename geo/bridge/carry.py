"""What may be carried from a 2015 QPV to a 2024 one, and what is refused with the reason."""

from __future__ import annotations

import pandas as pd

from geo.errors import NotSummable
from geo.indicators import label_fr, require_summable

INDICATIVE = "indicatif, périmètre 2015"
CARRIED_COLUMNS = ("code_2024", "value", "status", "perimeter", "carried_from", "covered", "label")


def carry_counts(bridge: pd.DataFrame, name: str, counts: pd.Series) -> pd.DataFrame:
    """Carry a summable count by ``alpha``: the part of each 2015 count that lies in a 2024 QPV.

    Parameters
    ----------
    bridge : the table of ``geo.bridge.bridge``.
    counts : by 2015 code; NaN when hidden or unknown.

    Returns
    -------
    pd.DataFrame
        ``CARRIED_COLUMNS``, one row per 2024 QPV of a pair: ``value`` = sum of alpha × count
        (NaN as soon as one part is unknown), ``modelled`` or ``missing``, perimeter ``2015``;
        ``covered`` is the share of the 2024 QPV that the 2015 ones held: the people of the rest
        are in no 2015 count, so that the value is never one of the 2024 perimeter.

    Raises
    ------
    NotSummable
        For a rate, a median or an index: they are never carried by a share.
    """
    require_summable(name, "le passage de 2015 à 2024 par parts")
    pairs = bridge[bridge["kind"] == "paire"]
    # Outlines measured apart carry nobody, whatever the other count.
    pairs = pairs[~(pairs["alpha"] == 0)]
    parts = pairs["alpha"] * pairs["code_2015"].map(counts).astype("float64")
    by_code = pairs.assign(part=parts).groupby("code_2024")
    value = by_code["part"].agg(lambda own: own.sum(skipna=False)).astype("float64")
    return pd.DataFrame(
        {
            "code_2024": value.index.astype("str"),
            "value": value.to_numpy(),
            "status": value.notna().map({True: "modelled", False: "missing"}).to_numpy(),
            "perimeter": "2015",
            "carried_from": by_code["code_2015"].agg(lambda own: ";".join(sorted(own))).to_numpy(),
            "covered": by_code["beta"].agg(lambda own: own.sum(skipna=False)).to_numpy(float),
            "label": INDICATIVE,
        }
    )


def require_same_generation(count_perimeter: str, base_perimeter: str, name: str) -> None:
    """Refuse to divide a count of one generation by people or an area of the other.

    Raises
    ------
    NotSummable
        Naming both perimeters.
    """
    if count_perimeter != base_perimeter:
        raise NotSummable(
            f"« {label_fr(name)} » compté sur le périmètre {count_perimeter or 'inconnu'} ne se "
            f"divise pas par une population ou une surface du périmètre "
            f"{base_perimeter or 'inconnu'}. À faire : prenez les deux sur le même périmètre."
        )
