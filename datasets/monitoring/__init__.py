"""Monthly follow-up of posts, brought by those who run them: totals only, never a person."""

from datasets.monitoring.columns import FORM
from datasets.monitoring.read import MonitoringReading, check_monitoring, read_monitoring
from datasets.monitoring.series import SERIES_FORM, read_series

__all__ = [
    "FORM",
    "SERIES_FORM",
    "MonitoringReading",
    "check_monitoring",
    "read_monitoring",
    "read_series",
]
