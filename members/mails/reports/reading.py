"""From the bytes of a mail that came back to what it says: RFC 3464 (delivery), RFC 5965 (complaints), RFC 3834
(automatic answers), and what servers write without keeping to any of them."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr

from members.mails.reports import notices, plain
from members.mails.reports.verdicts import Outcome, Reason, Report, judge

FEEDBACK = "message/feedback-report"
MOST_BYTES = 2 * 1024 * 1024
MOST_PARTS = 60
MOST_ADDRESSES = 50
LONGEST_HEADER = 4_000  # signs

_AUTO_SUBJECT = re.compile(
    r"^\s*(auto(matic|mated)?[- ]?(reply|response|answer)|out of (the )?office|absen(t|ce)|r[ée]ponse automatique"
    r"|auto\s*:|vacation|away |i am (away|out)|je suis absent|en cong|abwesend|ooo\b)",
    re.IGNORECASE,
)


def read_reports(raw: bytes) -> list[Report]:
    """What a mail says of each address it names; nothing where it is an ordinary mail. Never raises."""
    message = _message_of(raw)
    parts = _parts(message)
    if any(part.get_content_type() == FEEDBACK for part in parts):
        # Even one that complains of nothing (“not spam”) says no more than that.
        return list(_complaints(parts))[:MOST_ADDRESSES]
    found = (
        list(_complaints(parts))
        or list(_deliveries(parts))
        or notices.read_notice(text_of(message))
        or _plain_failure(message, parts)
    )
    if not found and _is_automatic(message):
        return [Report(parseaddr(header(message, "From"))[1], Outcome.AUTO_REPLY)]
    return found[:MOST_ADDRESSES]


def all_texts(raw: bytes) -> list[str]:
    """Everything in a mail that can be read: the addresses it went to, the raw text, each part decoded."""
    message = _message_of(raw)
    headers = [header(message, name) for name in ("Delivered-To", "X-Original-To", "Envelope-To", "To")]
    parts = [text_of(part) for part in _parts(message) if not part.is_multipart()]
    return [*headers, *parts, raw[:MOST_BYTES].decode("latin-1")]


def _message_of(raw: bytes) -> Message:
    """The mail in the bytes; one that is wrapped in itself without end says nothing."""
    try:
        return email.message_from_bytes(raw[:MOST_BYTES], policy=email.policy.compat32)
    except RecursionError:
        return Message()


def _parts(message: Message) -> list[Message]:
    """The parts of a mail, the wrapped original among them, at most MOST_PARTS."""
    parts: list[Message] = []
    for part in message.walk():
        parts.append(part)
        if len(parts) >= MOST_PARTS:
            break
    return parts


def header(message: Message, name: str) -> str:
    """A header in one line, decoded as far as that is possible."""
    value = next((raw for known, raw in message.raw_items() if known.lower() == name.lower()), "")
    text = _eight_bits(str(value)[:LONGEST_HEADER])
    try:
        text = str(make_header(decode_header(text)))
    except (LookupError, ValueError):
        pass
    return " ".join(text.split())


def _eight_bits(value: str) -> str:
    """Servers write eight bits in headers too, without saying which they mean: mostly UTF-8."""
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def text_of(part: Message) -> str:
    """The text of one part, in whatever encoding it says or does not say."""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    charset = part.get_content_charset("utf-8")
    try:
        return payload.decode(charset, "replace")
    except (LookupError, ValueError):
        # No such encoding, or none of text: “idna”, “undefined”.
        return payload.decode("utf-8", "replace")


# -- complaints ------------------------------------------------------------------------------------------------------

_OUTCOMES = {
    "abuse": Outcome.COMPLAINT,
    "fraud": Outcome.COMPLAINT,
    "virus": Outcome.COMPLAINT,
    "miscategorized": Outcome.COMPLAINT,
    "other": Outcome.COMPLAINT,
    "opt-out": Outcome.OPT_OUT,
    "opt-out-list": Outcome.OPT_OUT,
    "auth-failure": Outcome.AUTHENTICATION,
    "dmarc": Outcome.AUTHENTICATION,
}


def _complaints(parts: list[Message]) -> Iterator[Report]:
    for part in parts:
        if part.get_content_type() == FEEDBACK:
            fields = _fields(part)
            outcome = _OUTCOMES.get(_first(fields, "feedback-type").lower())
            if outcome is not None:
                addresses = [
                    _bare(value)
                    for name in ("original-rcpt-to", "removal-recipient")
                    for value in fields.get(name, [])
                ]
                yield from (Report(address, outcome) for address in addresses or [""])
            return
    # Outlook.com’s complaints: the whole mail as an attachment, and the reader in a header of their own.
    for part in parts:
        reader = header(part, "X-HmXmrOriginalRecipient")
        if reader:
            yield Report(_bare(reader), Outcome.COMPLAINT)
            return


# -- delivery --------------------------------------------------------------------------------------------------------

_ACTIONS = ("failed", "delayed", "delivered", "relayed", "expanded")


def _deliveries(parts: list[Message]) -> Iterator[Report]:
    for part in parts:
        kind = part.get_content_type()
        if kind in ("message/delivery-status", "message/global-delivery-status"):
            yield from _of_blocks(_blocks(part))
        elif kind == "text/plain" and "\nFinal-Recipient:" in text_of(part):
            # Named wrongly, or its end cut off.
            yield from _of_blocks(_split(text_of(part)))


def _of_blocks(blocks: list[dict[str, list[str]]]) -> Iterator[Report]:
    for block in blocks:
        address = _bare(_first(block, "original-recipient") or _first(block, "final-recipient"))
        action = _first(block, "action").lower().partition(" ")[0]
        status = _first(block, "status").partition(" ")[0]
        if not address and action not in _ACTIONS:
            continue
        words = _first(block, "diagnostic-code").partition(";")[2] or _first(block, "diagnostic-code")
        if action in ("delivered", "relayed", "expanded") or status.startswith("2"):
            yield Report(address, Outcome.DELIVERED, status=status)
        elif action == "delayed":
            yield Report(address, Outcome.SOFT, Reason.DELAYED, status, plain.one_line(words))
        else:
            outcome, reason, code = judge(words, status)
            yield Report(address, outcome, reason, code, plain.one_line(words))


def _blocks(part: Message) -> list[dict[str, list[str]]]:
    payload = part.get_payload()
    if isinstance(payload, list):
        return [_fields_of(block) for block in payload if isinstance(block, Message)]
    return _split(text_of(part))


def _split(text: str) -> list[dict[str, list[str]]]:
    blocks = re.split(r"\n\s*\n", text.replace("\r\n", "\n"))
    return [_fields_of(email.message_from_string(block.lstrip("\n"))) for block in blocks[:MOST_ADDRESSES]]


def _fields(part: Message) -> dict[str, list[str]]:
    """All fields of a part that consists of fields, in whatever number of blocks they came."""
    fields: dict[str, list[str]] = {}
    for block in _blocks(part):
        for name, values in block.items():
            fields.setdefault(name, []).extend(values)
    return fields


def _fields_of(block: Message) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for name, value in block.raw_items():
        fields.setdefault(name.lower(), []).append(" ".join(_eight_bits(str(value)).split()))
    return fields


def _first(fields: dict[str, list[str]], name: str) -> str:
    return next(iter(fields.get(name, [])), "")


def _bare(value: str) -> str:
    """`rfc822; <Jane@Example.org>` → `jane@example.org`; a value that is no address is empty."""
    address = value.rpartition(";")[2].strip().strip("<>").strip()
    return address.lower() if "@" in address else ""


# -- without any form ------------------------------------------------------------------------------------------------


def _plain_failure(message: Message, parts: list[Message]) -> list[Report]:
    sender = header(message, "From").lower()
    subject = header(message, "Subject")
    failed = header(message, "X-Failed-Recipients")
    if not failed and not plain.is_of_a_server(sender, subject):
        return []
    texts = [text_of(part) for part in parts if part.get_content_type() == "text/plain"] or [
        plain.without_tags(text_of(part)) for part in parts if part.get_content_type() == "text/html"
    ]
    if not texts:
        texts = [text_of(message)]
    addresses = [one for one in (_bare(word) for word in failed.split(",")) if one]
    return plain.read_failure(texts[0], addresses, subject)


def _is_automatic(message: Message) -> bool:
    submitted = header(message, "Auto-Submitted").lower()
    if submitted.startswith(("auto-replied", "auto-notified")):
        return True
    precedence = header(message, "Precedence").lower()
    named = any(
        message.get(name) is not None
        for name in ("X-Autoreply", "X-Autorespond", "X-MS-Exchange-Inbox-Rules-Loop")
    )
    return named or precedence == "auto_reply" or bool(_AUTO_SUBJECT.match(header(message, "Subject")))
