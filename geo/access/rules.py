"""The rules by which an access is called low, middle or high, each with its source and mark."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from geo.words import as_written, listed, percent

THIRDS = (1 / 3, 2 / 3)


@dataclass(frozen=True)
class ClassRule:
    """How a figure is called low, middle or high: two thresholds, or None for shares of people."""

    label_fr: str
    cuts: tuple[float, float] | None
    source: str
    mark: str


ACCESS_CLASSES: Mapping[str, ClassRule] = {
    "terciles": ClassRule(
        "tiers de population des quartiers de la région", None, "Choix du projet", "assumption"
    ),
    "apl_2017": ClassRule(
        "seuils 2,5 et 4 du zonage de 2017 (2,5 compris dans « faible », 4 dans « moyen »)",
        (2.5, 4.0),
        "FAQ de l'arrêté du 13/11/2017 ; la DREES dit « sous-dense » strictement sous 2,5",
        "official",
    ),
    "apl_2025": ClassRule(
        "seuils 2,71 et 3,98 du zonage de 2025 (2,71 compris dans « faible », 3,98 dans « moyen »)",
        (2.71, 3.98),
        "Zonage de 2025 sur l'APL 2023, par territoire de vie-santé",
        "secondary",
    ),
}


def chosen_rule(
    base: ClassRule, own_cuts: tuple[float, ...], shares: tuple[float, float]
) -> ClassRule:
    """The rule really followed: the user's two cuts if any, else ``base`` at these shares."""
    if own_cuts:
        low, high = own_cuts
        first, second = as_written(low), as_written(high)
        return ClassRule(
            f"vos seuils {first} et {second} ({first} compris dans « faible », {second} dans "
            "« moyen »)",
            (low, high),
            "Choix de l'utilisateur",
            "assumption",
        )
    if base.cuts is None and shares != THIRDS:
        cut = listed([percent(share, 0) for share in shares])
        label = f"parts de la population des quartiers de la région, coupées à {cut}"
        return ClassRule(label, None, base.source, base.mark)
    return base
