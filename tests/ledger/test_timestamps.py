"""Time stamps (RFC 3161) from an authority of the test's own: OpenSSL behind a local address."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from iecareer.errors import IecareerError
from iecareer.feedback import verify
from iecareer.feedback.manifest import MANIFEST, TIMESTAMP, read_manifest, seal, text_of
from iecareer.ledger.timestamps import stamped_at, timestamp

KEY = b"k" * 32
CONFIG = """[tsa]
default_tsa = own
[own]
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256, sha512
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


@dataclass
class Authority:
    """An authority: its root certificate, and how it answers."""

    folder: Path
    url: str = ""
    answer: Callable[[bytes], tuple[int, bytes]] | None = None

    @property
    def root(self) -> Path:
        return self.folder / "root.pem"

    def stamp(self, query: bytes) -> tuple[int, bytes]:
        (self.folder / "query").write_bytes(query)
        command = ["openssl", "ts", "-reply", "-config", "tsa.cnf", "-section", "own", "-queryfile", "query"]
        command += ["-signer", "tsa.pem", "-inkey", "tsa.key", "-out", "reply"]
        subprocess.run(command, cwd=self.folder, check=True, capture_output=True)
        return 200, (self.folder / "reply").read_bytes()


def certify(folder: Path) -> None:
    """Write a root certificate and one for time stamps, signed by it."""
    keys = {name: rsa.generate_private_key(public_exponent=65537, key_size=2048) for name in ("root", "tsa")}
    now = datetime.now(UTC)
    for serial, (name, key) in enumerate(keys.items(), start=1):
        is_root = name == "root"
        builder = (
            x509.CertificateBuilder(
                issuer_name=x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "root")]),
                subject_name=x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]),
                public_key=key.public_key(),
                serial_number=serial,
                not_valid_before=now - timedelta(days=1),
                not_valid_after=now + timedelta(days=1),
            )
            .add_extension(x509.BasicConstraints(ca=is_root, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(keys["root"].public_key()), critical=False
            )
        )
        usage = {"digital_signature": not is_root, "key_cert_sign": is_root}
        others = (
            "content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "crl_sign",
            "encipher_only", "decipher_only",
        )  # fmt: skip
        builder = builder.add_extension(x509.KeyUsage(**usage, **dict.fromkeys(others, False)), critical=True)
        if not is_root:
            stamping = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
            builder = builder.add_extension(stamping, critical=True)
        certificate = builder.sign(keys["root"], hashes.SHA256())
        (folder / f"{name}.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        plain = serialization.NoEncryption()
        (folder / f"{name}.key").write_bytes(
            key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        )
    (folder / "serial").write_text("01\n")
    (folder / "tsa.cnf").write_text(CONFIG.format(folder=folder))


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    """An authority that answers."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    authority = Authority(tmp_path_factory.mktemp("authority"))
    certify(authority.folder)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            status, content = (authority.answer or authority.stamp)(query)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    authority.url = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield authority
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def authority(running: Authority, monkeypatch: pytest.MonkeyPatch) -> Iterator[Authority]:
    monkeypatch.setenv("IECAREER_TIMESTAMP_URL", running.url)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    yield running
    running.answer = None


def test_without_a_url_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("IECAREER_TIMESTAMP_URL", raising=False)
    assert timestamp(b"message") is None


def test_a_message_is_stamped_and_no_other(authority: Authority, tmp_path: Path) -> None:
    response = timestamp(b"message")
    assert response is not None
    age = datetime.now(UTC) - stamped_at(response, b"message", authority.root)
    assert timedelta(minutes=-1) < age < timedelta(minutes=5)
    with pytest.raises(IecareerError, match="not one of this release"):
        stamped_at(response, b"another", authority.root)
    (tmp_path / "other").mkdir()
    certify(tmp_path / "other")
    for certificates in ("root.pem", "root.key", "none"):
        with pytest.raises(IecareerError, match="not one of this release"):
            stamped_at(response, b"message", tmp_path / "other" / certificates)


def test_answers_that_are_no_time_stamp_are_refused(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    for answer in ((200, b"hello"), (500, b"")):
        authority.answer = lambda _, answer=answer: answer
        with pytest.raises(IecareerError, match="authority"):
            timestamp(b"message")
    authority.answer = None
    kept = timestamp(b"message")
    assert kept is not None
    authority.answer = lambda _: (200, kept)
    with pytest.raises(IecareerError, match="stamped something else"):
        timestamp(b"message")
    monkeypatch.setenv("IECAREER_TIMESTAMP_URL", "http://127.0.0.1:9/")
    with pytest.raises(IecareerError, match="cannot be reached"):
        timestamp(b"message")


def test_a_release_is_stamped_and_every_change_of_its_stamp_is_found(
    authority: Authority, tmp_path: Path
) -> None:
    folder = tmp_path / "release"
    (folder / "A").mkdir(parents=True)
    (folder / "A" / "table.csv").write_text("a,b\n")
    seal(folder, {"label": "small", "as_of": "2026-11-21", "policy": []}, {"A": {}}, KEY)
    for place in (folder, folder / "A"):
        found = verify(place, certificates=authority.root)
        assert found.problems == ()
        assert "stamped the release at 20" in found.notes[0]
        assert "time stamp is not checked" in verify(place).not_shown
    stamp = folder / "A" / TIMESTAMP
    whole = stamp.read_bytes()
    for at in range(0, len(whole), 50):
        stamp.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert verify(folder / "A").problems == (f"{TIMESTAMP}: changed",)
        assert verify(folder).problems == (f"A/{TIMESTAMP}: changed",)
    stamp.unlink()
    assert verify(folder / "A").problems == (f"{TIMESTAMP}: missing",)
    manifest = read_manifest(folder / "A")
    del manifest["timestamp_sha256"]
    (folder / "A" / MANIFEST).write_text(text_of(manifest), encoding="utf-8")
    assert verify(folder / "A", certificates=authority.root).problems == ("The release has no time stamp.",)
    stamp.write_bytes(whole)
    assert verify(folder / "A").problems == (f"{TIMESTAMP}: not part of the release",)
