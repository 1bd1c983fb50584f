"""E-mail over SMTP: one connection for many messages, and what each answer of the server means for whom.

4xx: later, the message is tried again. 5xx for a recipient: that address is not written to any more, the others are.
A connection lost after the last byte of a message and before the answer: it may have arrived, so only the same message
under the same Message-ID is sent again (RFC 5321 4.5.3.2.6 and 6.1).
"""

from __future__ import annotations

import re
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from outputs.channels.base import AddressRefused, ChannelFailed
from outputs.channels.mime import Sender, compose
from outputs.notices import Message
from rules.delivery import EMAIL

Security = Literal["tls", "starttls", "none"]

_PATIENCE = 3
"""After so many failures of the server in a row the rest of the run does not wait for it."""

_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"\\\x00-\x20\x7f]{1,64}@[^\s@<>()\[\],;:\"\\\x00-\x20\x7f]{1,189}")
_ENHANCED = re.compile(rb"5\.(\d{1,3})\.\d{1,3}\b")
_GONE = (550, 551, 553)


@dataclass(frozen=True, slots=True)
class Server:
    """Where e-mails are handed over."""

    host: str
    port: int = 587
    security: Security = "starttls"
    """TLS from the first byte, by STARTTLS (refused where the server does not offer it), or none."""
    user: str = ""
    password: str = ""
    timeout: float = 30.0
    """Seconds to wait for each answer."""
    authority: str = ""
    """A file of certificates to trust, for an office's own server; empty: those of the system."""


class Mail:
    """Sends e-mails as `sender`, dated `at`; a context manager, which closes the connection."""

    name = EMAIL

    def __init__(self, server: Server, sender: Sender, at: datetime) -> None:
        self._server = server
        self._sender = sender
        self._at = at
        self._client: smtplib.SMTP | None = None
        self._failures = 0
        self._last = ""

    def __enter__(self) -> Mail:
        return self

    def __exit__(self, *_: object) -> None:
        if self._client is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._client.quit()
        self._drop()

    def send(self, message: Message) -> None:
        to = _checked(message.address)
        if self._failures >= _PATIENCE:
            raise ChannelFailed(self.name, self._last)
        data = compose(message, self._sender, to, self._at)
        try:
            client = self._addressed(to)
            self._hand_over(client, data)
        except ChannelFailed as failed:
            if self._client is None:  # the server failed, not this message
                self._failures += 1
                self._last = str(failed.values["reason"])
            raise
        self._failures = 0

    def _addressed(self, to: str) -> smtplib.SMTP:
        """A connection that has taken sender and recipient; a kept one that was closed meanwhile is opened again."""
        kept = self._client is not None
        try:
            client = self._client or self._connect()
            self._envelope(client, to)
        except smtplib.SMTPServerDisconnected as lost:
            self._drop()
            if kept:
                return self._addressed(to)
            raise ChannelFailed(self.name, lost) from lost
        except (smtplib.SMTPException, OSError) as failed:  # ssl.SSLError is an OSError
            self._drop()
            raise ChannelFailed(self.name, _reason(failed)) from failed
        return client

    def _connect(self) -> smtplib.SMTP:
        known = self._server
        context = ssl.create_default_context(cafile=known.authority or None) if known.security != "none" else None
        client: smtplib.SMTP
        if known.security == "tls":
            client = smtplib.SMTP_SSL(known.host, known.port, timeout=known.timeout, context=context)
        else:
            client = smtplib.SMTP(known.host, known.port, timeout=known.timeout)
        self._client = client
        if known.security == "starttls":
            client.starttls(context=context)
        if known.user:
            client.login(known.user, known.password)
        else:
            client.ehlo_or_helo_if_needed()
        return client

    def _envelope(self, client: smtplib.SMTP, to: str) -> None:
        options: tuple[str, ...] = ()
        if not to.isascii():
            if not client.has_extn("smtputf8"):
                raise AddressRefused(self.name, "SMTPUTF8 is not offered", for_good=False)
            options = ("SMTPUTF8",)
        code, said = client.mail(self._sender.address, options)
        if code == 250:
            code, said = client.rcpt(to)
            if 500 <= code < 600:
                self._reset(client)
                raise _refusal(self.name, code, said)
        if code not in (250, 251, 252):
            self._fail(client, code, said)

    def _hand_over(self, client: smtplib.SMTP, data: bytes) -> None:
        try:
            code, said = client.docmd("DATA")
        except smtplib.SMTPServerDisconnected as lost:
            self._drop()
            raise ChannelFailed(self.name, lost) from lost
        if code != 354:
            self._fail(client, code, said)
        try:
            client.send(data + b".\r\n")  # no line of ours begins with a dot
            code, said = client.getreply()
        except (smtplib.SMTPException, OSError) as lost:
            self._drop()
            raise ChannelFailed(self.name, _reason(lost), unknown=True) from lost
        if code != 250:
            self._fail(client, code, said)

    def _fail(self, client: smtplib.SMTP, code: int, said: bytes) -> None:
        if code == 421:
            self._drop()
        else:
            self._reset(client)
        raise ChannelFailed(self.name, _text(code, said))

    def _reset(self, client: smtplib.SMTP) -> None:
        """Ready for the next message; a connection that is not is given up."""
        try:
            client.rset()
        except (smtplib.SMTPException, OSError):
            self._drop()

    def _drop(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None


def _checked(address: str) -> str:
    """The address as the wire takes it: a domain of any script in its ASCII form (IDNA)."""
    if not _ADDRESS.fullmatch(address):
        raise AddressRefused(EMAIL, f"no address: {address[:80]!r}")
    local, _, domain = address.partition("@")
    if domain.isascii():
        return address
    try:
        return f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError:
        raise AddressRefused(EMAIL, f"no address: {address[:80]!r}") from None


def _refusal(channel: str, code: int, said: bytes) -> ChannelFailed:
    """Whether the server speaks of the address or of us: a relay that is not allowed must not bury every address.

    RFC 3463: 5.1.x is the address, 5.2.1 a mailbox that is closed, 5.2.x else the mailbox for now, 5.7.x a policy.
    """
    found = _ENHANCED.search(said)
    reason = _text(code, said)
    if found is None:
        return AddressRefused(channel, reason) if code in _GONE else ChannelFailed(channel, reason)
    subject = found[1]
    if subject == b"1" or b"5.2.1" in said:
        return AddressRefused(channel, reason)
    return AddressRefused(channel, reason, for_good=False) if subject == b"2" else ChannelFailed(channel, reason)


def _text(code: int, said: bytes) -> str:
    return f"{code} {' '.join(said.decode('utf-8', 'replace').split())}"[:200]


def _reason(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return _text(error.smtp_code, said if isinstance(said, bytes) else said.encode())
    return str(error) or type(error).__name__
