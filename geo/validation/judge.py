"""Our commune figures judged against the official APL, several models on the same communes.

Nothing is judged where it was fitted: the rounded models that come with the project are judged
outside the départements they come from, and a fit made here is judged by groups of départements
left out in turn. « APL » names the official series only; ours is « indicateur de type APL ».
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from geo.access.activity import FITTED_ACTIVITY, FITTED_FLAT, FLAT, ActivityModel
from geo.access.settings import FITTED_ON
from geo.catchments.decay import KERNELS, Kernel
from geo.errors import BadInput
from geo.measure import Floats
from geo.schema import Layers
from geo.times.model import CRUDE, FITTED, CrowFlyModel, softened
from geo.validation.agreement import Agreement, agreement
from geo.validation.apl_comparison import POINT_WORDS, Comparison, Mask, PointKind, compare
from geo.validation.apl_fit import fit_time_model, folds, scaled_flat
from geo.validation.apl_gaps import largest_gaps

THRESHOLD = 2.5
SPREAD = 0.15
CAVEAT_FR = "L'APL ne mesure pas les délais ni l'acceptation de nouveaux patients."


@dataclass(frozen=True)
class Rung:
    """One model on the communes judged: its name, points, parameters and agreement."""

    name: str
    points: PointKind
    sentence: str
    agreement: Agreement

    def as_record(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "modele": self.name,
            "points": POINT_WORDS[self.points],
            "parametres": self.sentence,
            **self.agreement.as_record(),
        }


@dataclass(frozen=True, eq=False)
class Validation:
    """``rungs`` from the crude reference on; ``communes`` judged, with official, crude, ours
    (the last rung on town-hall points) and gap; ``gaps`` the largest of them with reasons."""

    territory: str
    fictional: bool
    official_vintage: str
    supply_vintage: str
    rungs: tuple[Rung, ...]
    communes: pd.DataFrame
    gaps: pd.DataFrame
    scale: pd.DataFrame
    notes: tuple[str, ...]

    def as_record(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "territoire": self.territory,
            "donnees_fictives": self.fictional,
            "apl_officiel": self.official_vintage,
            "offre": self.supply_vintage,
            "unite": "consultations/an/hab. standardisé",
            "statut": "modélisé (indicateur de type APL, calcul du projet)",
            "seuil": THRESHOLD,
            "modeles": [rung.as_record() for rung in self.rungs],
            "ecarts": _plain(self.gaps),
            "echelle": _plain(self.scale),
            "notes": list(self.notes),
        }


def _plain(table: pd.DataFrame) -> list[dict[str, Any]]:
    plain = table.astype(object).where(table.notna(), None)
    return [{str(name): value for name, value in row.items()} for row in plain.to_dict("records")]


@dataclass(frozen=True)
class _Candidate:
    """A way to get models for communes left out: given the départements that may be seen."""

    name: str
    kernel: Kernel
    models: Callable[[Comparison, tuple[str, ...]], tuple[CrowFlyModel, ActivityModel]]


def validate_apl(layers: Layers, *, fit: bool = False, gaps: int = 10) -> Validation:
    """Judge the crude reference and the better models on the same communes of the territory.

    Parameters
    ----------
    fit : fit the models on the départements of the layers that are not being judged, by groups
        in turn, instead of taking the rounded models that come with the project.

    Raises
    ------
    BadInput
        When the layers hold no official figure, or (``fit``) a single département.
    """
    seats = compare(layers, "seat")
    departements = seats.communes["departement"]
    judged = (seats.communes["scope"] == "territory").to_numpy()
    notes = []
    if fit:
        groups = folds(departements[judged].unique())
        candidates = _fitted_candidates()
    else:
        groups = [tuple(sorted(departements[judged].unique()))]
        candidates = _ready_candidates()
        outside = judged & ~departements.isin(FITTED_ON).to_numpy()
        if outside.any():
            left = int(judged.sum() - outside.sum())
            judged = outside
            if left:
                notes.append(
                    f"{left} communes ne sont pas jugées : elles sont dans les départements qui "
                    f"ont servi à l'ajustement ({', '.join(FITTED_ON)})."
                )
        else:
            notes.append(
                "Les modèles ajustés l'ont été sur ces départements mêmes : leur accord est "
                "flatté. Avec --fit, ils sont ajustés sur les autres départements de la région."
            )
    known = tuple(sorted(departements.unique()))
    if fit and set(known) == {name for group in groups for name in group} and len(groups) < 2:
        raise BadInput(
            "Validation : un seul département a un APL officiel, aucun autre ne reste pour "
            "l'ajustement. À faire : sans --fit, ou sur un territoire d'une région construite."
        )
    rungs, figures = [], {}
    for candidate in candidates:
        models = [
            candidate.models(seats, tuple(name for name in known if name not in group))
            for group in groups
        ]
        sentence = _sentence(groups, models)
        figures[candidate.name] = _predict(seats, candidate, groups, models)
        found = _agreement(figures[candidate.name], seats, judged)
        rungs.append(Rung(candidate.name, "seat", sentence, found))
        if candidate in (candidates[0], candidates[-1]):
            # The same models on other points: what the choice of the point alone changes.
            centres = compare(layers, "centre")
            moved = _predict(centres, candidate, groups, models)
            rungs.append(
                Rung(candidate.name, "centre", sentence, _agreement(moved, centres, judged))
            )
    table = seats.communes.assign(
        crude=figures[candidates[1].name], ours=figures[candidates[-1].name]
    )
    table["gap"] = table["ours"] - table["official"]
    table["per_practice"] = float(np.mean([activity.per_practice for _, activity in models]))
    for name, stretch in (("slower", 1.1), ("faster", 0.9)):
        table[name] = _predict(seats, candidates[-1], groups, models, stretch)
    return Validation(
        territory=layers.territory,
        fictional=layers.fictional,
        official_vintage=", ".join(sorted(table["official_vintage"].unique())),
        supply_vintage=_supply_vintage(layers),
        rungs=tuple(rungs),
        communes=table[judged].reset_index(drop=True),
        gaps=largest_gaps(table[judged], layers, gaps),
        scale=_scale(table[judged], rungs[0].agreement.ratio),
        notes=(*notes, CAVEAT_FR),
    )


def _ready_candidates() -> list[_Candidate]:
    drees = KERNELS["drees"]
    return [
        _Candidate("référence brute", drees, lambda *_: (CRUDE, FLAT)),
        _Candidate("référence brute, activité calée", drees, lambda *_: (CRUDE, FITTED_FLAT)),
        _Candidate("temps et activité ajustés", drees, lambda *_: (FITTED, FITTED_ACTIVITY)),
        _Candidate(
            "temps et activité ajustés, temps incertains à ± 15 %",
            softened(SPREAD),
            lambda *_: (FITTED, FITTED_ACTIVITY),
        ),
    ]


def _crude_scaled(
    comparison: Comparison, seen: tuple[str, ...]
) -> tuple[CrowFlyModel, ActivityModel]:
    return CRUDE, scaled_flat(comparison, CRUDE, KERNELS["drees"], seen)


def _fitted_candidates() -> list[_Candidate]:
    def fitted(kernel: Kernel, activity: bool) -> Callable[..., Any]:
        def models(comparison: Comparison, seen: tuple[str, ...]) -> Any:
            found = fit_time_model(comparison, seen, kernel=kernel, activity=activity)
            return found.time, found.activity

        return models

    drees, soft = KERNELS["drees"], softened(SPREAD)
    return [
        _ready_candidates()[0],
        _Candidate("référence brute, activité calée", drees, _crude_scaled),
        _Candidate("temps ajustés", drees, fitted(drees, False)),
        _Candidate("temps et activité ajustés", drees, fitted(drees, True)),
        _Candidate(
            "temps et activité ajustés, temps incertains à ± 15 %", soft, fitted(soft, True)
        ),
    ]


_Models = tuple[CrowFlyModel, ActivityModel]
_Groups = list[tuple[str, ...]]


def _predict(
    comparison: Comparison,
    candidate: _Candidate,
    groups: _Groups,
    models: list[_Models],
    stretch: float = 1.0,
) -> Floats:
    """The figure of each commune by the models that never saw its group of départements."""
    departements = comparison.communes["departement"]
    values = np.full(len(departements), np.nan)
    for group, (time, activity) in zip(groups, models, strict=True):
        rows = departements.isin(group).to_numpy()
        found = comparison.access(time, activity, candidate.kernel, stretch=stretch)
        values[rows] = found[rows]
    return values


def _sentence(groups: _Groups, models: list[_Models]) -> str:
    told = [f"{time.sentence_fr()} ; {activity.sentence_fr()}" for time, activity in models]
    if len(set(told)) == 1:
        return told[0]
    return " | ".join(
        f"[{', '.join(group)}] {sentence}" for group, sentence in zip(groups, told, strict=True)
    )


def _agreement(values: Floats, comparison: Comparison, judged: Mask) -> Agreement:
    table = comparison.communes
    return agreement(
        values[judged],
        table["official"].to_numpy(float)[judged],
        population=table["population"].to_numpy(float)[judged],
        standardised=table["standardised"].to_numpy(float)[judged],
        threshold=THRESHOLD,
    )


def _supply_vintage(layers: Layers) -> str:
    supply = layers["supply"]
    gp = supply.loc[supply["profession"] == "medecin_generaliste", "vintage"]
    return ", ".join(sorted(gp.unique()))


def _scale(table: pd.DataFrame, crude_ratio: float) -> pd.DataFrame:
    """What makes the mean of the crude reference differ from the official one, in factors."""
    official = float((table["official"] * table["standardised"]).sum())
    places = float(table["practices"].sum())
    people, standard = float(table["population"].sum()), float(table["standardised"].sum())
    activity = official / places if places else float("nan")
    rows = [
        ("lieux d'exercice comptés dans les communes jugées", places),
        ("habitants (recensement utilisé ici)", people),
        ("habitants standardisés utilisés ici", standard),
        ("consultations/an qu'implique l'APL officiel sur ces habitants", official),
        ("consultations/an par lieu d'exercice qu'implique l'APL officiel", activity),
        ("consultations/an par lieu d'exercice supposées sans calage", FLAT.per_practice),
        (
            "facteur de lieux d'exercice comptés chacun pour un ETP (le reste : lieux et non "
            "personnes, exercices particuliers, années différentes)",
            FLAT.per_practice / activity if activity else float("nan"),
        ),
        (
            "facteur d'échange avec les communes voisines (accès brut moyen / offre par habitant)",
            crude_ratio * activity / FLAT.per_practice,
        ),
    ]
    return pd.DataFrame(rows, columns=["quoi", "valeur"])
