"""What the screens Appel and Scénarios ask of the core, kept until something it reads changes.

What depends on the data alone is kept by build; what depends on the rules, by the request.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from geo.allocation import Allocation, allocate
from geo.allocation.quarters import Walks, quarters_problem, within_walk
from geo.allocation.rules import Rules
from geo.pack.dossier import make_dossier, places
from geo.pack.files import pack_files, to_zip_bytes
from geo.pack.posts import posts_sentences
from geo.pack.request import Request
from geo.report.call import (
    call_summary,
    in_french,
    list_frame,
    list_lines,
    outside_sentence,
    regime_states,
    regimes_frame,
    weights_sentence,
)
from geo.robustness.draws import Drawn
from geo.robustness.prepared import Prepared, prepare_variants
from geo.robustness.study import Study, draw, study_prepared
from geo.scenarios import Effects, Scenario, effects
from screens import shared
from screens.brought import read_from


@dataclass(frozen=True, eq=False)
class Call:
    """One call as the screen tells it, made once for all who ask for the same; never modified.

    ``listed`` is written in French, ``stray`` says of its ranks outside their variants; ``outside``
    counts the quarters that are not ranked.
    """

    study: Study
    weights: str
    summary: str
    retained: tuple[str, ...]
    lines: int
    listed: Styler
    stray: str
    outside: int
    regimes: pd.DataFrame


@st.cache_resource(max_entries=6, show_spinner="Autres mesures de l'accès, une fois pour toutes…")
def prepared(slug: str, build: str, data_dir: str) -> Prepared:
    """The variants of the measures: long, and the same whatever the rules of the call."""
    found = prepare_variants(*shared.read(slug, build, data_dir))
    shared.settle()
    return found


@st.cache_resource(max_entries=48, show_spinner=False)
def call(slug: str, build: str, data_dir: str, request: Request) -> Call:
    """The list of a call, its robustness and its overrides; raises ``BadInput`` in French."""
    _, analysis = shared.read(slug, build, data_dir)
    found = study_prepared(
        prepared(slug, build, data_dir),
        analysis,
        request.rules(analysis.parameters),
        request.posts,
        draws=request.draws,
        seed=request.seed,
        overrides=request.overrides,
        around=0,  # said of the quarters that somebody looks at, when they are
        ready=_drawn(slug, build, data_dir, replace(request, posts=1, overrides=())),
    )
    lines = list_lines(found)
    listed = list_frame(found, lines)
    retained = tuple(found.own.loc[found.own["selected"], "code_qp"])
    regimes = regimes_frame(_regime_states(slug, build, data_dir), retained)
    return Call(
        study=found,
        weights=weights_sentence(found.ranking),
        summary=" ".join(call_summary(found, lines)),
        retained=retained,
        lines=len(listed),
        listed=in_french(listed),
        stray=outside_sentence(lines),
        outside=int((~found.own["candidate"]).sum()),
        regimes=regimes,
    )


@st.cache_resource(max_entries=6, show_spinner=False)
def _drawn(slug: str, build: str, data_dir: str, request: Request) -> Drawn:
    """The variants of the weights: the same for every number of posts and every decision."""
    rules = request.rules(shared.read(slug, build, data_dir)[1].parameters)
    ready = prepared(slug, build, data_dir)
    return draw(ready, rules, draws=request.draws, seed=request.seed)


@st.cache_resource(max_entries=6, show_spinner=False)
def _regime_states(slug: str, build: str, data_dir: str) -> pd.DataFrame:
    return regime_states(shared.read(slug, build, data_dir)[1])


@st.cache_data(max_entries=48, show_spinner="Placement des postes…")
def posts_placed(slug: str, build: str, data_dir: str, request: Request) -> list[str]:
    """What the posts would do in the quarters retained, as the first page of the file says it."""
    _, analysis = shared.read(slug, build, data_dir)
    lines = call(slug, build, data_dir, request).study.decided
    rules = request.post_rules(analysis.parameters)
    free_rules = request.free_post_rules(analysis.parameters)
    retained, candidates = (",".join(sorted(codes)) for codes in places(analysis, lines))
    chosen = _placed(slug, build, data_dir, retained, rules, ties=True)
    # Of the best places the people are told, and a few as examples: as the file does.
    free = _placed(slug, build, data_dir, candidates, free_rules, ties=False)
    return posts_sentences(request.posts, chosen, free, analysis.qpv)


@st.cache_resource(max_entries=32, show_spinner=False)
def _placed(
    slug: str, build: str, data_dir: str, codes: str, rules: Rules, *, ties: bool
) -> Allocation:
    """The posts placed among these quarters: the same for all the weights that retain them.

    ``codes``: with commas, as a key of a thousand parts takes longer to make than one text.
    """
    _, analysis = shared.read(slug, build, data_dir)
    sites = filter(None, codes.split(","))
    problem = quarters_problem(analysis, sites, _walks(slug, build, data_dir))
    return allocate(problem, rules, ties=ties)


@st.cache_resource(max_entries=6, show_spinner=False)
def _walks(slug: str, build: str, data_dir: str) -> Walks:
    _, analysis = shared.read(slug, build, data_dir)
    return within_walk(analysis.qpv.reset_index(drop=True), analysis.parameters)


@st.cache_data(max_entries=6, show_spinner="Écriture du dossier…")
def packed(slug: str, build: str, data_dir: str, request: Request) -> dict[str, bytes]:
    """The files of ``qpv pack``, and all of them in ``dossier.zip``."""
    layers, analysis = shared.read(slug, build, data_dir)
    ready = prepared(slug, build, data_dir)
    files = pack_files(make_dossier(layers, analysis, request, prepared=ready), read_from(build))
    return {**files, "dossier.zip": to_zip_bytes(files)}


@st.cache_resource(max_entries=8, show_spinner="Analyse du territoire avec ce scénario…")
def scenario_effects(slug: str, build: str, data_dir: str, scenario: Scenario) -> Effects:
    """The whole territory before and after; raises ``BadInput`` in French."""
    layers, analysis = shared.read(slug, build, data_dir)
    return effects(layers, scenario, analysis.parameters, analysis)
