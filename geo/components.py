"""What the scores are made of: names of components and blocks, ways to put them on one scale.

Names of what a ranking may weigh, filter and vary are here too: a command tells them in its help
without the tables that they stand for.
"""

from __future__ import annotations

from typing import Literal, get_args

Weights = tuple[tuple[str, float], ...]

NEED_DEFAULTS = (
    "poverty_share",
    "c2s_share",
    "age60_share",
    "one_person_share",
    "single_parent_share",
    "job_seekers_per_inhabitant",
    "digital_fragility",
)
# Weight 0 unless asked for: they repeat a default component (C2S non-take-up, RSA, 75+), measure
# size or access rather than a person's need (the priority score has an access block of its own),
# stand for something else (nationality for language), or need a file that a user brings (FDep).
NEED_OPTIONAL = (
    "population",
    "c2s_unclaimed_share",
    "age75_share",
    "foreign_share",
    "rsa_share",
    "gp_access",
    "fdep_quintile",
)
NEED_COMPONENTS = (*NEED_DEFAULTS, *NEED_OPTIONAL)
Standardisation = Literal["percentile", "zscore", "minmax"]
STANDARDISATIONS: tuple[Standardisation, ...] = get_args(Standardisation)
PRIORITY_BLOCKS = ("access_deficit", "need", "mediation_gap")
# What a ranking may weigh (``geo.priority.criteria.CATALOGUE`` says what each is).
CRITERIA = (*PRIORITY_BLOCKS, *NEED_COMPONENTS, "apl_commune", "nearest_gp_min", "residual_people")
# Who may be a candidate (``geo.priority.eligibility.PRESETS``).
FILTERS = ("population-connue", "fdep-4-5", "zip-zac", "decret-2003", "acces-faible",
           "double-peine", "sans-mediation")  # fmt: skip
# Calls for applications that are known (``geo.pack.presets.PRESETS``).
CALLS = ("aac-aura-2016", "libre")
# What the variants of a ranking change beside the weights.
VARIED = ("echelles", "agregations", "acces", "seuils", "capacite")
# What a note of the field may do to a ranking, and how far [choice of this project].
Effect = Literal["aucun", "ajouter", "retirer", "points"]
EFFECTS: tuple[Effect, ...] = get_args(Effect)
MOST_NOTE_POINTS = 5.0
