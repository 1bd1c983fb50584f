"""A message as the bytes of an e-mail (RFC 5322, MIME): text, HTML and the items' calendar.

Written by hand, so that a repeat has the same bytes and costs microseconds (docs/decisions/0050). Every part is
base64 and every header text an encoded word (RFC 2047): seven-bit lines on the wire, whatever the server offers, and
nothing in a name or a title can begin another header.
"""

from __future__ import annotations

from base64 import encodebytes
from binascii import b2a_base64
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from outputs.notices import Message


@dataclass(frozen=True, slots=True)
class Sender:
    """Whom e-mails come from."""

    address: str
    name: str = ""
    reply_to: str = ""

    @property
    def domain(self) -> str:
        """The right side of every Message-ID: changing it makes repeats look new."""
        return self.address.rpartition("@")[2]


def message_id(message: Message, sender: Sender) -> str:
    """The same for every repeat of a message, so that a mail server can drop it (RFC 5322 3.6.4)."""
    return f"<{message.id}@{sender.domain}>"


def compose(message: Message, sender: Sender, to: str, at: datetime) -> bytes:
    """The whole e-mail to the plain address `to`, with CRLF lines; `at` (aware) is its Date."""
    outer, inner = f"={message.id.hex}", f"=a{message.id.hex}"
    heads = [
        ("From", _mailbox("From", sender.name, sender.address)),
        ("To", _mailbox("To", message.name, to)),
        *([("Reply-To", sender.reply_to)] if sender.reply_to else []),
        ("Subject", _words("Subject", message.subject)),
        ("Date", format_datetime(at)),
        ("Message-ID", message_id(message, sender)),
        ("List-Id", f"<{message.office or 'kehoach'}.{sender.domain}>"),
        ("Auto-Submitted", "auto-generated"),  # RFC 3834: no vacation answer comes back
        ("X-Auto-Response-Suppress", "All"),  # the same to Exchange
        ("Precedence", "bulk"),
        ("MIME-Version", "1.0"),
    ]
    parts = [_part("text/plain; charset=utf-8", message.body)]
    if message.html:
        parts.append(_part("text/html; charset=utf-8", message.html))
    content = _multipart("alternative", inner, parts) if message.html else parts[0]
    if message.calendar:
        file = 'text/calendar; charset=utf-8; name="ke-hoach.ics"'
        calendar = _part(file, message.calendar, 'Content-Disposition: attachment; filename="ke-hoach.ics"\r\n')
        content = _multipart("mixed", outer, [content, calendar])
    return "".join(f"{name}: {value}\r\n" for name, value in heads).encode() + content


def _multipart(kind: str, boundary: str, parts: list[bytes]) -> bytes:
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode()
    edge = f"--{boundary}".encode()
    return head + b"".join(edge + b"\r\n" + part + b"\r\n" for part in parts) + edge + b"--\r\n"


def _part(kind: str, content: str | bytes, head: str = "") -> bytes:
    raw = content.encode() if isinstance(content, str) else content
    body = encodebytes(raw).replace(b"\n", b"\r\n")
    return f"Content-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n{head}\r\n".encode() + body


def _mailbox(head: str, name: str, address: str) -> str:
    return f"{_words(head, name)} <{address}>" if name else address


def _words(head: str, text: str) -> str:
    """A header's text as encoded words, folded between whole characters; never a line break of its own.

    Not `email.header`, which takes longer for three headers than the whole of the rest.
    """
    words, word, room = [], b"", _room(len(head) + 2)
    for letter in " ".join(text.split()):
        one = letter.encode()
        if len(word) + len(one) > room:
            words.append(word)
            word, room = b"", _room(1)
        word += one
    return "\r\n ".join(f"=?utf-8?b?{b2a_base64(each, newline=False).decode()}?=" for each in [*words, word])


def _room(before: int) -> int:
    """Bytes of text that an encoded word may hold on a line (of 76, RFC 2047 section 2) that begins with `before`."""
    return (76 - before - len("=?utf-8?b??=")) // 4 * 3
