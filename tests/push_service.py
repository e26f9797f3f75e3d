"""A push service on loopback: real TLS, to which the open network is pointed, and a browser that reads what it gets."""

from __future__ import annotations

import base64
import datetime
import json
import secrets
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID

from communities import outbound

HOST = "push.example.com"
PUBLIC = "93.184.216.34"


def packed(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unpacked(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Browser:
    """The receiver’s side of RFC 8291, as a browser has it."""

    path: str = "/send/one"
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(16))

    @property
    def point(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    @property
    def said(self) -> dict[str, str]:
        """What it sends to a site."""
        return {
            "endpoint": f"https://{HOST}{self.path}",
            "p256dh": packed(self.point),
            "auth": packed(self.secret),
        }

    def read(self, body: bytes) -> bytes:
        salt, record, length = body[:16], int.from_bytes(body[16:20]), body[20]
        theirs, sealed = body[21 : 21 + length], body[21 + length :]
        assert len(body) <= record
        sender = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs)
        shared = self.key.exchange(ec.ECDH(), sender)
        material = _hkdf(shared, self.secret, b"WebPush: info\0" + self.point + theirs, 32)
        key = _hkdf(material, salt, b"Content-Encoding: aes128gcm\0", 16)
        nonce = _hkdf(material, salt, b"Content-Encoding: nonce\0", 12)
        text, mark, padding = AESGCM(key).decrypt(nonce, sealed, b"").rpartition(b"\x02")
        assert mark, "the last record"
        assert not padding.strip(b"\0")
        return text

    def read_news(self, body: bytes) -> dict[str, str]:
        said: dict[str, str] = json.loads(self.read(body))
        return said


def _hkdf(material: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(material)


def claims_of(authorization: str) -> dict[str, Any]:
    """Of a request that is signed by the key that it names (RFC 8292); fails otherwise."""
    scheme, _blank, rest = authorization.partition(" ")
    assert scheme == "vapid"
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    head, claims, signature = parts["t"].split(".")
    raw = unpacked(signature)
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unpacked(parts["k"]))
    pair = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    key.verify(pair, f"{head}.{claims}".encode(), ec.ECDSA(SHA256()))
    assert json.loads(unpacked(head)) == {"typ": "JWT", "alg": "ES256"}
    said: dict[str, Any] = json.loads(unpacked(claims))
    return said


@dataclass
class Posted:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class PushService:
    """`answers` by path: a status and headers; 201 where nothing is said."""

    answers: dict[str, tuple[int, dict[str, str]]] = field(default_factory=dict)
    posted: list[Posted] = field(default_factory=list)


class _Handler(BaseHTTPRequestHandler):
    service: PushService

    def do_POST(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers["content-length"]))
        self.service.posted.append(Posted(self.path, headers, body))
        status, said = self.service.answers.get(self.path, (201, {}))
        self.send_response(status)
        for name, value in said.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_said: Any) -> None:
        """Nothing is written beside the tests."""


def _certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.datetime.now(datetime.UTC)
    day = datetime.timedelta(days=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - day)
        .not_valid_after(now + day)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, SHA256())
    )
    path = folder / "push.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + certificate.public_bytes(Encoding.PEM))
    return path


@contextmanager
def serving_push(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Iterator[PushService]:
    service = PushService()
    certificate = _certificate(folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"service": service}))
    server.daemon_threads = True
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    connect, trust = socket.create_connection, ssl.create_default_context

    def to_us(address: tuple[str, int], *args: Any, **named: Any) -> socket.socket:
        if address[0] != PUBLIC:
            return connect(address, *args, **named)
        return connect(("127.0.0.1", server.server_address[1]), *args, **named)

    def found(host: str) -> str:
        if host != HOST:
            raise outbound.NotFetched(outbound.Why.NAME)
        return PUBLIC

    monkeypatch.setattr(outbound, "find_address", found)
    monkeypatch.setattr(outbound.socket, "create_connection", to_us)
    monkeypatch.setattr(outbound.ssl, "create_default_context", lambda: trust(cafile=str(certificate)))
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=60)


@pytest.fixture
def push_service(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Any) -> Iterator[PushService]:
    settings.OFFLINE_PAGE = True
    settings.PUSH_SERVICES = [HOST]
    with serving_push(monkeypatch, tmp_path) as service:
        yield service
