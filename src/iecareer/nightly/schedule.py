"""When the DAGs run: the time zone, the hour of the night, and a source's frequency as a cron expression.

Settings are read when Airflow parses the DAG files: ``IECAREER_TIMEZONE``, ``IECAREER_SCHEDULE``,
``IECAREER_DEADLINE_HOURS``.
"""

from __future__ import annotations

import os
import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from iecareer.errors import IecareerError
from iecareer.nightly import assets
from iecareer.nightly.steps import is_recorded

if TYPE_CHECKING:
    from airflow.sdk import AssetOrTimeSchedule, CronTriggerTimetable
    from airflow.sdk.definitions.deadline import DeadlineAlert

# Days between deliveries → when the source is landed: every hour, or in the evening of every day, every Monday, the #
# first day of a month, quarter or year. A month may have 28 days, a quarter 90.
_CRON = (
    (timedelta(days=365), "0 19 1 1 *"),
    (timedelta(days=90), "0 19 1 */3 *"),
    (timedelta(days=28), "0 19 1 * *"),
    (timedelta(days=7), "0 19 * * 1"),
    (timedelta(days=1), "0 19 * * *"),
    (timedelta(0), "0 * * * *"),
)


def timezone() -> ZoneInfo:
    """Time zone of every schedule and of the reference date of a scheduled night.

    Raises
    ------
    IecareerError
        When ``$IECAREER_TIMEZONE`` is no time zone.
    """
    name = os.environ.get("IECAREER_TIMEZONE") or "Asia/Shanghai"
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        raise IecareerError(
            "IECAREER_TIMEZONE is no time zone.", next_step="Write it like 'Asia/Shanghai' or 'UTC'."
        ) from None


def first_day() -> datetime:
    """Start date of every DAG. Missed runs are not caught up."""
    return datetime(2026, 1, 1, tzinfo=timezone())


def night_schedule() -> AssetOrTimeSchedule:
    """The night runs at 01:30, or as ``$IECAREER_SCHEDULE`` says, and also after a source was landed."""
    from airflow.sdk import AssetAny, AssetOrTimeSchedule

    return AssetOrTimeSchedule(timetable=_at(_night_cron()), assets=AssetAny(*assets.all_landed()))


def night_title() -> str:
    """Title of the night with its hour, because Airflow's list shows no time for a DAG that assets can start."""
    daily = re.fullmatch(r"(\d{1,2}) (\d{1,2}) \* \* \*", _night_cron())
    when = f"{int(daily[2]):02}:{int(daily[1]):02}" if daily else _night_cron()
    return f"iecareer · night ({when} {timezone()})"


def source_schedule(frequency: timedelta) -> CronTriggerTimetable:
    """Cron expression of the longest calendar step that is not longer than the source's frequency."""
    return _at(next(cron for shortest, cron in _CRON if frequency >= shortest))


def night_deadline() -> DeadlineAlert | None:
    """The night's deadline: six hours, or ``$IECAREER_DEADLINE_HOURS``. The notifier reports a missed deadline.

    A night in one process has no deadline: only a scheduler checks deadlines, and ``dag.test()`` cannot run a DAG
    that has one.

    Raises
    ------
    IecareerError
        When the setting is no number of hours.
    """
    if is_recorded():
        return None
    from airflow.sdk.definitions.callback import SyncCallback
    from airflow.sdk.definitions.deadline import DeadlineAlert, DeadlineReference

    hours = os.environ.get("IECAREER_DEADLINE_HOURS") or "6"
    try:
        interval = timedelta(hours=float(hours))
    except (ValueError, OverflowError):
        raise IecareerError(
            "IECAREER_DEADLINE_HOURS is not a number of hours.", next_step="Write it like 6 or 1.5."
        ) from None
    return DeadlineAlert(
        reference=DeadlineReference.DAGRUN_QUEUED_AT,
        interval=interval,
        callback=SyncCallback("iecareer.nightly.notifier.deadline_missed"),
        name="The night ends in time",
    )


def _night_cron() -> str:
    return os.environ.get("IECAREER_SCHEDULE") or "30 1 * * *"


def _at(cron: str) -> CronTriggerTimetable:
    from airflow.sdk import CronTriggerTimetable

    return CronTriggerTimetable(cron, timezone=str(timezone()))
