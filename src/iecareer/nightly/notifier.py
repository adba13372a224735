"""Notifiers of Airflow, each named in two settings; who is notified when a task fails or a night is late.

``IECAREER_NOTIFIER`` is the import path, such as ``airflow.providers.smtp.notifications.smtp.SmtpNotifier``;
``IECAREER_NOTIFIER_KWARGS`` has the arguments as JSON. If the path is not set, nobody is notified. If a message
cannot be sent, the log says so and nothing fails.
"""

from __future__ import annotations

import importlib
import json
import logging
import os
from typing import Any

from iecareer.errors import IecareerError

_log = logging.getLogger(__name__)


def notify(context: Any) -> None:
    """Send the notification of a failed task; Airflow's ``on_failure_callback``.

    Parameters
    ----------
    context : mapping
        Airflow's context of the task.
    """
    if not os.environ.get("IECAREER_NOTIFIER"):
        return
    try:
        made, arguments = notifier_class("IECAREER_NOTIFIER"), notifier_arguments("IECAREER_NOTIFIER")
        made(**arguments)(context)
    except Exception as error:
        _log.error("The notification was not sent: %s", error if _is_ours(error) else type(error).__name__)


def deadline_missed(context: Any) -> None:
    """Send the notification of a night that did not end in time.

    Parameters
    ----------
    context : mapping
        What Airflow knows of the run.
    """
    _log.error("The night missed its deadline.")
    notify(context)


def notifier_class(setting: str) -> Any:
    """The notifier's class that a setting names.

    Raises
    ------
    IecareerError
        When it does not exist.
    """
    path = os.environ[setting]
    module, _, name = path.rpartition(".")
    try:
        return getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError):
        raise IecareerError(
            f"{setting}: there is no '{path}'.", next_step="Is its provider installed?"
        ) from None


def notifier_arguments(setting: str) -> dict[str, Any]:
    """The arguments in ``<setting>_KWARGS``.

    Raises
    ------
    IecareerError
        When they are no JSON object.
    """
    try:
        arguments = json.loads(os.environ.get(f"{setting}_KWARGS") or "{}")
    except ValueError:
        arguments = None
    if not isinstance(arguments, dict):
        raise IecareerError(
            f"{setting}_KWARGS is no JSON object.", next_step='Write it like {"to": "a@b.cn"}.'
        )
    return arguments


def _is_ours(error: Exception) -> bool:
    return isinstance(error, IecareerError)
