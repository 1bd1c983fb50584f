"""Servers on the loopback that channels talk to: a real SMTP server that can be told to misbehave, and an HTTP one."""

from __future__ import annotations

import asyncio
import email
import email.policy
import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Thread
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass
class Postman:
    """What the SMTP server does and has seen. Every list is in the order of arrival."""

    refused: dict[str, str] = field(default_factory=dict)
    """Answers to RCPT by address."""
    greylist: bool = False
    """The first RCPT of each address gets 451."""
    answers: list[str] = field(default_factory=list)
    """Answers to DATA, taken one by one; then 250. `lost`: taken, but the connection ends before the answer;
    `dropped`: the connection ends and nothing was taken."""
    wait: float = 0.0
    """Seconds before each answer to DATA."""
    user: tuple[str, str] | None = None
    taken: list[EmailMessage] = field(default_factory=list)
    connections: int = 0
    seen: set[str] = field(default_factory=set)

    @property
    def ids(self) -> list[str]:
        """The Message-ID of all that was taken."""
        return [str(each["Message-ID"]) for each in self.taken]

    async def handle_EHLO(self, server: SMTP, session: Session, envelope: Envelope, name: str, answers: Any) -> Any:
        self.connections += 1
        session.host_name = name
        return answers

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        if self.greylist and address not in self.seen:
            self.seen.add(address)
            return "451 4.7.1 Greylisted, come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.answers.pop(0) if self.answers else "250 OK"
        await asyncio.sleep(self.wait)
        if answer in ("250 OK", "lost"):
            assert isinstance(envelope.content, bytes)
            made = email.message_from_bytes(envelope.content, policy=email.policy.default)
            assert isinstance(made, EmailMessage)
            made["X-Rcpt"] = envelope.rcpt_tos[0]
            self.taken.append(made)
        if answer in ("lost", "dropped"):
            assert server.transport is not None
            server.transport.abort()  # type: ignore[attr-defined]
        return answer

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword
    ) -> AuthResult:
        given = (data.login.decode(), data.password.decode())
        return AuthResult(success=given == self.user, handled=False)


@contextmanager
def smtp(postman: Postman, *, certificate: Path | None = None, starttls: bool = False) -> Iterator[int]:
    """The port of a running server."""
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    more: dict[str, Any] = {"enable_SMTPUTF8": True, "hostname": "thu.example.vn"}
    if postman.user is not None:
        # aiosmtpd does not see the TLS of a connection that begins with it.
        more |= {"authenticator": postman.authenticate, "auth_required": True, "auth_require_tls": starttls}
    if starttls:
        more |= {"tls_context": context, "require_starttls": True}
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever)  # all of it there: a browser's loop may run in this one
    thread.start()

    async def begin() -> asyncio.Server:
        return await loop.create_server(
            lambda: SMTP(postman, loop=loop, **more), "127.0.0.1", 0, ssl=None if starttls else context
        )

    async def end() -> None:
        server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    server = asyncio.run_coroutine_threadsafe(begin(), loop).result()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(end(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def certificate(folder: Path) -> Path:
    """A self-made certificate for 127.0.0.1 with its key, in one file."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    encoding = serialization.Encoding.PEM
    plain = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(plain + made.public_bytes(encoding))
    return path


@dataclass
class Web:
    """What the HTTP server answers and has been sent."""

    answer: dict[str, Any] = field(default_factory=lambda: {"error": 0, "message": "Success"})
    status: int = 200
    hang_up: bool = False
    """End the connection instead of answering."""
    posts: list[tuple[str, dict[str, str], dict[str, Any]]] = field(default_factory=list)
    """(path, headers, document) of each request."""


@contextmanager
def http(web: Web) -> Iterator[int]:
    """The port of a running server."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            web.posts.append((self.path, dict(self.headers), json.loads(body)))
            if web.hang_up:
                self.close_connection = True
                return
            answer = json.dumps(web.answer).encode()
            self.send_response(web.status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
