"""The last step of a night: send the new warnings of the published lights, each once per channel.

A channel is a web address (``IECAREER_WARNING_URL``, such as a robot of WeCom or DingTalk) or a notifier of Airflow
(``IECAREER_WARNING_NOTIFIER``). One message holds all new warnings. They are recorded after it was sent: after a kill
in between, the next night sends them once more, with the same id if they are the same. What cannot be sent is a line
in the log, without the address, and is sent by the next night. Nothing here fails the night.
"""

from __future__ import annotations

import inspect
import json
import logging
import os
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from iecareer.errors import IecareerError
from iecareer.lake.sent_warnings import mark_sent, record_lock
from iecareer.nightly.airflow_secrets import airflow_variable
from iecareer.nightly.interpreter import call
from iecareer.nightly.notifier import notifier_arguments, notifier_class
from iecareer.nightly.steps import failure_without_values
from iecareer.robots import post, robot_text, signed

_log = logging.getLogger(__name__)
_ADDRESS, _SECRET, _FORMAT = "IECAREER_WARNING_URL", "IECAREER_WARNING_SECRET", "IECAREER_WARNING_FORMAT"
_NOTIFIER = "IECAREER_WARNING_NOTIFIER"
_ROBOTS = ("qyapi.weixin.qq.com", "oapi.dingtalk.com")
# Arguments of the providers' notifiers that hold what is to be said.
_TEXTS: dict[str, Any] = {
    "subject": "{{ warnings.title }}",
    "title": "{{ warnings.title }}",
    "html_content": "{{ warnings.html }}",
    "text": "{{ warnings.text }}",
    "message": "{{ warnings.text }}",
    "body": "{{ warnings.text }}",
    "json": {"id": "{{ warnings.id }}"} | robot_text("{{ warnings.brief }}"),
}
Message = dict[str, Any]
Channel = Callable[[Message], str | None]
"""Sends a message; returns why it was not sent, or None."""


def send_warnings(night: str) -> dict[str, Any]:
    """Send the new warnings of a published run that were not sent yet.

    Parameters
    ----------
    night : str
        Id of the run. Airflow keeps the name `run_id` for itself.

    Returns
    -------
    dict
        ``year``, ``n_new``, ``sent`` (channel → number of warnings) and ``not_sent`` (channel → reason); ``nothing`` or
        ``problem`` if no channel was tried.
    """
    try:
        return _sent(night)
    except Exception as error:
        failure = failure_without_values(error, "warnings")
        _log.error("New warnings were not sent: %s", failure)
        return {"problem": str(failure)}


def _sent(night: str) -> dict[str, Any]:
    context = _context()
    channels = _channels(context)
    sent: dict[str, int] = {}
    not_sent: dict[str, str] = {}
    with record_lock():
        found: dict[str, Any] = call("iecareer.bureau.warnings.unsent:prepare", night, sorted(channels))
        for channel, message in found.pop("messages").items():
            problem = _attempt(channels[channel], message)
            if problem:
                not_sent[channel] = problem
                _log.error("%d new warnings were not sent by %s: %s", len(message["rows"]), channel, problem)
            else:
                ids = [row["warning_id"] for row in message["rows"]]
                mark_sent(message["year"], ids, channel, message["id"])
                sent[channel] = len(ids)
    return found | {"sent": sent, "not_sent": not_sent}


def _attempt(send: Channel, message: Message) -> str | None:
    try:
        return send(message)
    except Exception as error:
        return str(error) if isinstance(error, IecareerError) else type(error).__name__


def _channels(context: Any) -> dict[str, Channel]:
    setting = airflow_variable if context else os.environ.get
    channels: dict[str, Channel] = {}
    if address := setting(_ADDRESS):
        channels["url"] = partial(_to_address, address, setting(_SECRET))
    if os.environ.get(_NOTIFIER):
        channels["notifier"] = partial(_to_notifier, context or {})
    return channels


def _to_address(address: str, secret: str | None, message: Message) -> str | None:
    """Post a message. Robots get the text only, other receivers also its id and rows."""
    body = robot_text(message["brief"])
    if not _is_robot(address):
        body |= {name: message[name] for name in ("id", "title", "year", "rows")}
    return post(signed(address, secret) if secret else address, body)


def _is_robot(address: str) -> bool:
    chosen = os.environ.get(_FORMAT)
    if chosen not in (None, "", "robot", "json"):
        raise IecareerError(f"{_FORMAT} is '{chosen}'.", next_step="Set it to robot or json.")
    return chosen == "robot" or (not chosen and urlsplit(address).hostname in _ROBOTS)


def _to_notifier(context: Any, message: Message) -> None:
    """Call the notifier. Its own `__call__` would log the error of a library, and with it perhaps an address."""
    made, given = notifier_class(_NOTIFIER), notifier_arguments(_NOTIFIER)
    fields, accepted = {*made.template_fields}, {*inspect.signature(made).parameters}
    filled = {name: text for name, text in _TEXTS.items() if name in fields & accepted}
    if "data" in given:
        filled.pop("json", None)
    arguments = filled | given
    if "warnings." not in json.dumps({name: arguments[name] for name in fields & {*arguments}}):
        raise IecareerError(
            f"{_NOTIFIER}_KWARGS holds no message.",
            next_step="Write {{ warnings.text }} into the argument that takes the text.",
        )
    notifier, within = made(**arguments), {**context, "warnings": message}
    notifier.render_template_fields(within)
    notifier.notify(within)


def _context() -> Any:
    """Airflow's context of the running task; None outside one."""
    try:
        from airflow.sdk import get_current_context

        return get_current_context()
    except (ImportError, RuntimeError):
        return None
