"""The five territorial schemes the project starts from, at commune precision.

Facts and sources: METHODS section 8. What a source does not say stays empty: none gives the
full-time equivalents, the QPV served or the shares of the funders, and no contact is copied.
"""

from __future__ import annotations

from importlib.resources import as_file, files

from datasets.mediation.check import examine
from datasets.mediation.read import MediationReading, as_tables

PACKAGED_SOURCE_ID = "mediation_schemes"


def packaged_schemes() -> MediationReading:
    """The schemes as the three tables, ``origin`` packaged, without geometry.

    Their place is the commune's seat, which only the communes layer knows.
    """
    with as_file(files("datasets") / "packaged" / "mediation_schemes.csv") as path:
        examination = examine(path)
        return as_tables(
            examination.entries,
            examination.problems,
            origin="packaged",
            file=path.name,
            source_id=PACKAGED_SOURCE_ID,
        )
