"""What the scores are made of: names of components and blocks, ways to put them on one scale."""

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
