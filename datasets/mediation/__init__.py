"""Health-mediation interventions: no national file exists, so the user brings one.

A documented template to fill, the list of every problem of a filled one, its reading as
canonical tables, and the five schemes packaged with the project.
"""

from datasets.mediation.check import check_mediation
from datasets.mediation.columns import TEMPLATE_COLUMNS, ColumnRule
from datasets.mediation.packaged import PACKAGED_SOURCE_ID, packaged_schemes
from datasets.mediation.read import MediationReading, RefusedLines, describe, read_mediation
from datasets.mediation.rejected import (
    good_lines,
    rejected_lines,
    write_good,
    write_rejected,
    write_rejected_beside,
)
from datasets.mediation.suggest import with_commune_codes
from datasets.mediation.summary import summary
from datasets.mediation.template import write_template

__all__ = [
    "PACKAGED_SOURCE_ID",
    "TEMPLATE_COLUMNS",
    "ColumnRule",
    "MediationReading",
    "RefusedLines",
    "check_mediation",
    "describe",
    "good_lines",
    "packaged_schemes",
    "read_mediation",
    "rejected_lines",
    "summary",
    "with_commune_codes",
    "write_good",
    "write_rejected",
    "write_rejected_beside",
    "write_template",
]
