"""Following posts month by month: four kinds of counters, never added to one another.

``follow`` turns monthly lines (totals, nobody's name) into what may be shown: counts by post,
structure, neighbourhoods, département and territory, small ones hidden with what would give them
away, and ratios beside their benchmarks. No figure here proves what a post changes.
"""

from geo.monitoring.before_after import (
    BeforeAfter,
    before_after,
    indicator_series,
    quarters_with_posts,
    served_codes,
    similar_without_post,
    since_first_post,
    without_post,
)
from geo.monitoring.chart import month_chart
from geo.monitoring.counters import COUNTERS, LINE_COLUMNS, WORKSHOP_COLUMNS
from geo.monitoring.follow import Followed, follow
from geo.monitoring.told import (
    followed_csv,
    followed_record,
    period_table,
    ratio_table,
    trend_table,
)

__all__ = [
    "COUNTERS",
    "LINE_COLUMNS",
    "WORKSHOP_COLUMNS",
    "BeforeAfter",
    "Followed",
    "before_after",
    "follow",
    "followed_csv",
    "followed_record",
    "indicator_series",
    "month_chart",
    "period_table",
    "quarters_with_posts",
    "ratio_table",
    "served_codes",
    "similar_without_post",
    "since_first_post",
    "trend_table",
    "without_post",
]
