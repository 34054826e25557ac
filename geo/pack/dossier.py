"""One call worked out: the list, how firm it is, what was overridden, and where the posts go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from geo.allocation import Allocation, allocate
from geo.allocation.quarters import quarters_problem
from geo.analysis import Analysis
from geo.explain import explain
from geo.pack.presets import Preset, preset
from geo.pack.request import Request
from geo.priority.notes import with_notes
from geo.robustness.prepared import Prepared, prepare_variants
from geo.robustness.study import Study, rows, study_prepared
from geo.schema import Layers
from geo.words import number


@dataclass(frozen=True, eq=False)
class Dossier:
    """What every part of the file is written from.

    ``lines`` is one row per QPV considered (``geo.robustness.study.rows``), candidates by rank
    then the others by code, with ``situation``, ``residual_people``, ``sentence`` and ``posts``
    (new posts, 0 when none) added. ``allocation`` places the posts among the quarters retained;
    ``free`` among all candidates, for the same rules: what the list costs in people served.
    ``noted`` is the ranking without the field notes and with them (``with_notes``), decisions
    counted in both.
    """

    request: Request
    preset: Preset
    analysis: Analysis
    layers: Layers
    study: Study
    lines: pd.DataFrame
    allocation: Allocation
    free: Allocation
    noted: pd.DataFrame

    @property
    def retained(self) -> pd.DataFrame:
        """The lines of the quarters retained, overrides included."""
        return self.lines[self.lines["selected"]]


def make_dossier(
    layers: Layers,
    analysis: Analysis,
    request: Request,
    say: Callable[[str], None] = lambda _: None,
    prepared: Prepared | None = None,
) -> Dossier:
    """Rank, draw, override and place the posts; the same request gives the same dossier.

    ``prepared`` is what ``prepare_variants`` gave for these layers, when it is at hand.

    Raises
    ------
    BadInput
        As ``study``, ``allocate`` and ``with_notes``: more posts than candidates, bad weights, no
        motive …
    """
    call = preset(request.preset)
    say(f"Classement et {number(request.draws)} variantes")
    rules = request.rules(analysis.parameters)
    used = [criterion.id for criterion in rules.used]
    found = study_prepared(
        prepared or prepare_variants(layers, analysis, used=used),
        analysis,
        rules,
        request.posts,
        draws=request.draws,
        seed=request.seed,
        overrides=request.overrides,
    )
    noted = with_notes(found.ranking, request.notes, request.overrides)
    say("Affectation des postes")
    lines = _lines(found, analysis, layers)
    chosen, free = place_posts(analysis, lines, request)
    given = chosen.sites.set_index("site_id")["new_posts"]
    lines["posts"] = lines["code_qp"].map(given).fillna(0.0).astype("float64")
    return Dossier(request, call, analysis, layers, found, lines, chosen, free, noted)


def place_posts(
    analysis: Analysis, lines: pd.DataFrame, request: Request
) -> tuple[Allocation, Allocation]:
    """The posts placed among the quarters retained, then among all the candidates.

    Parameters
    ----------
    lines : code_qp, candidate, selected (``geo.robustness.study.rows``); those of other territories
        are left out.
    """
    rules = request.post_rules(analysis.parameters)
    free = request.free_post_rules(analysis.parameters)
    retained, candidates = places(analysis, lines)
    # Of the free one the people are told, and a few places as examples: its ties can stay.
    return (
        allocate(quarters_problem(analysis, retained), rules),
        allocate(quarters_problem(analysis, candidates), free, ties=False),
    )


def places(analysis: Analysis, lines: pd.DataFrame) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Codes where posts may be placed: the quarters retained, then all the candidates too."""
    known = set(analysis.qpv["code_qp"].to_numpy(object))
    own = lines[[code in known for code in lines["code_qp"].to_numpy(object)]]
    retained = own["selected"].to_numpy(bool)
    return tuple(own.loc[retained, "code_qp"]), tuple(
        own.loc[retained | own["candidate"].to_numpy(bool), "code_qp"]
    )


def people_lost(chosen: Allocation, free: Allocation) -> tuple[float, float]:
    """People a year that the posts would follow beside those of the list, were they free.

    The least and the most that the search has proven; equal when it went to its end.
    """
    least = max(free.people - chosen.people, 0.0)
    return least, least if free.proven else max(free.bound - chosen.people, least)


def _lines(found: Study, analysis: Analysis, layers: Layers) -> pd.DataFrame:
    """The rows of the study that are the territory's own, with what the file says of each."""
    lines = pd.DataFrame(rows(found))
    own = analysis.qpv.set_index("code_qp")
    lines = lines[lines["code_qp"].isin(own.index)].reset_index(drop=True)
    for column in ("situation", "residual_people", "residual_status", "sentence", "epci",
                   "coverage_state"):  # fmt: skip
        # The draws have a sentence of their own.
        name = "words" if column == "sentence" else column
        lines[name] = own[column].reindex(lines["code_qp"]).to_numpy()
    # A quarter on the list is told whole, the others in one sentence.
    told = {
        str(code): explain(analysis, layers, str(code)).text
        for code in lines.loc[lines["selected"], "code_qp"]
    }
    lines["words"] = lines["code_qp"].map(told).fillna(lines["words"])
    return lines
