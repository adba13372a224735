"""Time stamps (RFC 3161): an authority signs that a release existed at a point in time. Off unless its URL is set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from iecareer.errors import IecareerError
from iecareer.settings import timestamp_url

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

_SECONDS = 30
_SAFE = "Release again later, or unset IECAREER_TIMESTAMP_URL to release without a time stamp."


def timestamp(message: bytes) -> bytes | None:
    """The response of the authority at ``$IECAREER_TIMESTAMP_URL`` for this message; None if none is set.

    Raises
    ------
    IecareerError
        When the authority cannot be reached or answers with something else than a time stamp of the message.
    """
    url = timestamp_url()
    if url is None:
        return None
    import requests

    client = _client()
    request = client.TimestampRequestBuilder().data(message).build()
    headers = {"Content-Type": "application/timestamp-query"}
    try:
        answer = requests.post(url, data=request.as_bytes(), headers=headers, timeout=_SECONDS)
        answer.raise_for_status()
    except requests.RequestException as error:
        raise IecareerError(
            f"The time stamp authority cannot be reached ({type(error).__name__}).", next_step=_SAFE
        ) from None
    response = _decoded(answer.content)
    imprint = request.message_imprint.message
    if response.tst_info.nonce != request.nonce or response.tst_info.message_imprint.message != imprint:
        raise IecareerError("The time stamp authority stamped something else.", next_step=_SAFE)
    return answer.content


def stamped_at(response: bytes, message: bytes, certificates: Path) -> datetime:
    """When the message was stamped, if an authority of these certificates (PEM) did so.

    Raises
    ------
    IecareerError
        When the response is not a time stamp of the message by such an authority.
    """
    from cryptography import x509

    client = _client()
    try:
        builder = client.VerifierBuilder()
        for certificate in x509.load_pem_x509_certificates(certificates.read_bytes()):
            builder = builder.add_root_certificate(certificate)
        decoded = _decoded(response)
        builder.build().verify_message(decoded, message)
    except (OSError, ValueError, client.VerificationError):
        raise IecareerError(
            f"The time stamp is not one of this release by an authority of {certificates}.",
            next_step="Check that the file has the certificates (PEM) of the right authority.",
        ) from None
    found: datetime = decoded.tst_info.gen_time
    return found


def _decoded(response: bytes) -> Any:
    try:
        decoded = _client().decode_timestamp_response(response)
        if decoded.status != 0:
            raise ValueError
    except ValueError:
        raise IecareerError("The authority gave no time stamp.", next_step=_SAFE) from None
    return decoded


def _client() -> Any:
    try:
        import rfc3161_client
    except ModuleNotFoundError:
        raise IecareerError(
            "Time stamps need the package rfc3161-client.", next_step="Install iecareer[timestamp]."
        ) from None
    return rfc3161_client
