"""Post a JSON document to a web address, such as the robot of a WeCom or DingTalk group.

The secret of a robot is in its address, so no outcome names the address or what the server wrote. A robot that refuses
a message answers with status 200 and an `errcode`; a redirected POST would become a GET. Neither counts as posted.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

_SECONDS = 10
_LONGEST_ANSWER = 1 << 16


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def robot_text(content: str) -> dict[str, Any]:
    """The body of a text message, in the format of WeCom and DingTalk robots."""
    return {"msgtype": "text", "text": {"content": content}}


def post(address: str, document: Mapping[str, Any]) -> str | None:
    """Post `document` as JSON and wait up to 10 seconds.

    Returns
    -------
    str or None
        None when the receiver accepted it, else the kind of failure.
    """
    if not address.lower().startswith(("http://", "https://")):
        return "no web address"
    body, headers = json.dumps(document).encode(), {"Content-Type": "application/json"}
    try:
        request = Request(address, body, headers)  # noqa: S310 - the scheme is checked above
        with build_opener(_NoRedirect).open(request, timeout=_SECONDS) as answer:
            return _refusal(answer.read(_LONGEST_ANSWER))
    except HTTPError as error:
        return f"HTTP status {error.code}"
    except Exception as error:
        return type(error).__name__


def signed(address: str, secret: str) -> str:
    """The address with time and signature, as DingTalk asks of a robot with 加签."""
    moment = str(round(time.time() * 1000))
    digest = hmac.new(secret.encode(), f"{moment}\n{secret}".encode(), hashlib.sha256).digest()
    query = urlencode({"timestamp": moment, "sign": base64.b64encode(digest).decode()})
    return f"{address}{'&' if '?' in address else '?'}{query}"


def _refusal(answer: bytes) -> str | None:
    """The code with which a robot refused the message; None for any other answer."""
    try:
        code = json.loads(answer)["errcode"]
    except (ValueError, KeyError, TypeError):
        return None
    if code in (0, "0"):
        return None
    return f"refused with errcode {code}" if isinstance(code, int) else "refused"
