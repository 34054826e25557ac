"""The fictional monthly follow-up of seven posts of the island: invented, the same at each run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from datasets.demo.files import RawFolder, table
from datasets.demo.mediation_file import LIEN, MUTUELLE, PASSERELLES
from datasets.monitoring.columns import FORM

NAME = "monitoring_demo.csv"
_YEAR = 2025
_SEED = 99
_ORLAINE = "Centre social du Pays d’Orlaine (fictif)"


@dataclass(frozen=True)
class _Post:
    """One post: its months of activity, its FTE, how many doors it knocks at in a month."""

    code: str
    structure: str
    fte: float
    quarters: str
    doors: int = 0
    first: int = 1
    absent: tuple[int, ...] = ()


_POSTS = (
    _Post("DEMO-01", PASSERELLES, 1.0, "QN09902I"),
    _Post("DEMO-02", PASSERELLES, 1.0, "QN09902I|QN09904M", doors=130),
    _Post("DEMO-04", LIEN, 0.4, "QN09905M|QN09906I"),
    _Post("DEMO-06", MUTUELLE, 0.8, "QN09907N|QN09908N", absent=(7, 8)),
    _Post("DEMO-09", MUTUELLE, 1.0, "QN09911M"),
    _Post("DEMO-12", _ORLAINE, 1.0, "QN09916M", first=5),
    _Post("DEMO-13", _ORLAINE, 0.6, "QN09916M|QN09917M", doors=70),
)
_KINDS = ("accès aux droits", "dépistage", "numérique")


def demo_monitoring() -> bytes:
    """The file as its structures would send it: a year, one post come in May, one on leave."""
    draw = np.random.default_rng(_SEED)
    rows = [
        _row(post, month, draw)
        for post in _POSTS
        for month in range(post.first, 13)
        if month not in post.absent
    ]
    lines = [[row.get(name, "") for name in FORM.rules] for row in rows]
    return table(list(FORM.rules), lines, bom=True)


def write_monitoring(folder: RawFolder) -> None:
    """``monitoring_demo.csv``, in the project's template."""
    folder.write("monitoring", NAME, demo_monitoring())


def _row(post: _Post, month: int, draw: np.random.Generator) -> dict[str, object]:
    summer = 0.6 if month == 8 else 1.0
    met = int(draw.poisson(26 * post.fte * summer))
    people = min(int(draw.poisson(10 * post.fte * summer)), met)
    visited = int(draw.poisson(post.doors * summer))
    held = {kind: int(draw.integers(0, 3)) for kind in _KINDS[: 1 + month % 3]}
    present = {kind: int(draw.poisson(8 * number)) for kind, number in held.items()}
    return {
        "poste": post.code,
        "structure": post.structure,
        "mois": f"{_YEAR}-{month:02d}",
        "etp": str(post.fte).replace(".", ","),
        "qpv_desservis": post.quarters,
        "cout": round(4400 * post.fte),
        "personnes_rencontrees": met,
        "personnes_accompagnees": people,
        "sollicitations": int(draw.poisson(42 * post.fte * summer)),
        "visites_a_domicile": int(draw.poisson(6 * post.fte)),
        "logements_visites": visited if post.doors else "",
        "logements_avec_rencontre": int(draw.binomial(visited, 0.45)) if post.doors else "",
        "medecins_traitants_trouves": int(draw.binomial(people, 0.3)),
        "droits_ouverts": int(draw.binomial(people, 0.5)),
        "ateliers": _by_kind(held),
        "participations_ateliers": _by_kind(present),
    }


def _by_kind(counts: dict[str, int]) -> str:
    return "|".join(f"{kind}:{number}" for kind, number in counts.items())
