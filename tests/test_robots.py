"""Posting to a web address: what counts as posted, and that no outcome tells the address."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from iecareer.robots import post, robot_text, signed
from tests.lights.published_nights import Receiver, receiving


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as server:
        yield server


def test_a_text_reaches_a_robot_in_its_format(receiver: Receiver) -> None:
    assert post(receiver.address, robot_text("预警")) is None
    assert receiver.bodies == [{"msgtype": "text", "text": {"content": "预警"}}]


@pytest.mark.parametrize("body", [b"", b"ok", b"[1]", b"7", b'{"errcode": "0"}', b'{"ok": true}'])
def test_an_answer_without_an_error_code_is_an_acceptance(receiver: Receiver, body: bytes) -> None:
    receiver.answer = lambda _: (200, body)
    assert post(receiver.address, {}) is None


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (200, b'{"errcode": 93000, "errmsg": "invalid webhook url"}', "refused with errcode 93000"),
        (200, b'{"errcode": "robot?key=s3cret"}', "refused"),
        (302, b"", "HTTP status 302"),
        (500, b"s3cret", "HTTP status 500"),
    ],
)
def test_what_was_refused_or_redirected_was_not_posted(
    receiver: Receiver, status: int, body: bytes, reason: str
) -> None:
    receiver.answer = lambda _: (status, body)
    assert post(receiver.address, {}) == reason
    assert receiver.paths == ["/robot?key=s3cret"]


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:9/s3cret", "file:///etc/s3cret", "http://[s3cret", "https:///s3cret"]
)
def test_an_address_without_a_receiver_is_not_told(address: str) -> None:
    reason = post(address, {})
    assert reason
    assert "s3cret" not in reason


def test_a_signature_is_that_of_dingtalk() -> None:
    query = parse_qs(urlsplit(signed("https://oapi.dingtalk.com/robot/send?access_token=t", "SEC7")).query)
    (moment,), (sign,) = query["timestamp"], query["sign"]
    expected = hmac.digest(b"SEC7", f"{moment}\nSEC7".encode(), hashlib.sha256)
    assert base64.b64decode(sign) == expected
    assert query["access_token"] == ["t"]
    assert len(moment) == 13
