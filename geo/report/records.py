"""The QPV table as plain dictionaries, ready for JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from geo.names import PROFESSION_WORDS
from geo.report.cells import plain_number

if TYPE_CHECKING:
    from geo.analysis import Analysis


RECORD_IDS = (
    "code_qp", "label", "commune", "communes", "commune_label", "departement", "region", "epci",
    "perimeter", "population", "population_status", "population_perimeter", "population_vintage",
    "access", "access_unit", "access_status", "access_precision", "access_class",
    "double_exclusion",
    "access_to_cut", "access_pieces",
    "access_level", "access_below_share", "access_minus_commune", "access_minus_departement",
    "apl_commune", "apl_commune_vintage", "access_outlook", "access_outlook_lost",
    "access_outlook_status", "nearest_gp_min", "nearest_gp_walk_min",
    "need_score", "need_status", "need_observed_weight",
    "need_perimeter", "need_overlap", "need_overlap_method", "unmet_score", "need_class",
    "need_to_cut", "need_people", "need_people_low", "need_people_high", "need_people_status",
    "c2s_unclaimed_people", "c2s_unclaimed_low", "c2s_unclaimed_high", "c2s_unclaimed_status",
    "c2s_unclaimed_perimeter",
    "mediation_fte", "mediation_status", "fte_permanence", "fte_outreach", "fte_group",
    "fte_coordination", "mediation_points", "inhabitants_per_fte", "coverage_state",
    "mediation_walk_only", "served_people", "residual_people", "residual_people_low",
    "residual_people_high", "residual_fte", "residual_fte_low", "residual_fte_high",
    "residual_status", "residual_is_maximum",
    "situation", "near_cut", "next_situation", "score", "rank",
    "contributions", "missing_components", "gp_inside", "gp_walk", "help_walk", "precision",
    "sentence",
)  # fmt: skip


def to_records(analysis: Analysis, top: int | None = None) -> list[dict[str, Any]]:
    """The table as plain dictionaries, by rank (the ``top`` first ones); NaN becomes None.

    Every value is str, int, float, bool, None, list or dict: ``json.dumps(allow_nan=False)``
    takes it as it is. ``fictional`` closes each record.
    """
    qpv = analysis.qpv if top is None else analysis.qpv.head(top)
    plain = [{name: _json(row[name]) for name in RECORD_IDS} for _, row in qpv.iterrows()]
    return [{**record, "fictional": analysis.fictional} for record in plain]


def profession_records(
    analysis: Analysis, profession: str, top: int | None = None
) -> list[dict[str, Any]]:
    """The access of each QPV to one profession, by rank, as plain dictionaries.

    The columns of ``geo.access.professions``, with the name of the QPV and ``profession_label``.
    """
    qpv = analysis.qpv if top is None else analysis.qpv.head(top)
    rows = analysis.professions
    own = rows[rows["profession"] == profession].set_index("code_qp").reindex(qpv["code_qp"])
    named = qpv.set_index("code_qp")[["label", "commune_label", "rank"]]
    label = PROFESSION_WORDS[profession][1]
    return [
        {
            "code_qp": str(code),
            **{str(name): _json(value) for name, value in row.items()},
            "profession_label": label,
            "fictional": analysis.fictional,
        }
        for code, row in named.join(own).iterrows()
    ]


def _json(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _json(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_json(item) for item in value]
    if isinstance(value, str | bool):
        return str(value) if isinstance(value, str) else value
    return plain_number(value)
