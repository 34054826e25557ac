"""Door-to-door rounds in a QPV (« aller-vers »): plan, blocks in order, sheet, result, help.

Pure: tables in, tables out. The reference is the round of Roannais Agglomération (2017).
"""

from geo.outreach.assumptions import Assumptions, ContactRate, contact_rate, describe_outreach
from geo.outreach.plan import Asked, Plan, dwellings_for, opened_share, plan_round

__all__ = [
    "Asked",
    "Assumptions",
    "ContactRate",
    "Plan",
    "contact_rate",
    "describe_outreach",
    "dwellings_for",
    "opened_share",
    "plan_round",
]
