"""Failures told in plain words: who wrote them, which address each speaks of, and where the original begins."""

from __future__ import annotations

import html
import re

from members.mails.reports.verdicts import Outcome, Reason, Report, judge

_SERVERS = (
    "mailer-daemon",
    "mailerdaemon",
    "postmaster",
    "mail delivery",
    "mdaemon",
    "mail-daemon",
    "maildelivery",
)
_SUBJECTS = re.compile(
    r"undeliver|delivery (status|failure|failed|report|has failed|problem)|mail (delivery )?(failed|failure|error)"
    r"|failure notice|returned (mail|to sender)|(mail|message) returned|could not be delivered|non remis|non distribu"
    r"|échec (de |d['’])?(remise|livraison|distribution)|delivery (delayed|unsuccessful)|unzustellbar|nicht zugestellt",
    re.IGNORECASE,
)
# What follows is the mail that came back: its words say nothing of why.
_ORIGINAL = re.compile(
    r"^\W{0,12}("
    r"(this is|below this line is|here is|included is|the following is) (a|the) (copy|header|original)"
    r"|original message|the headers? of the original|message header|returned message|forwarded message"
    r"|message d['’]origine|message original|texte du message|copy of the message|unsent message"
    r")|^(received|return-path|message-id)\s*:",
    re.IGNORECASE | re.MULTILINE,
)
_DELAY = re.compile(
    r"warning message only|will be retried|has been delayed|delivery .{0,20}delayed|still (be )?trying"
    r"|will (keep|continue) trying"
    r"|do not need to (re)?send|not yet been delivered|retardé|nouvelle tentative",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_AFTER_TEXT = re.compile(r"end of data|after (DATA|TEXT)|TEXT command|end of message", re.IGNORECASE)
LONGEST_TEXT = 60_000


def is_of_a_server(sender: str, subject: str) -> bool:
    """Whether a mail without any form looks like one of a mail server about another mail."""
    return any(name in sender for name in _SERVERS) and bool(_SUBJECTS.search(subject) or _is_bare(sender))


def _is_bare(sender: str) -> bool:
    return "mailer-daemon" in sender


def read_failure(text: str, addresses: list[str], subject: str) -> list[Report]:
    """One report for each address: those named by a header, else those that the text names before the original."""
    text = text[:LONGEST_TEXT]
    original = _ORIGINAL.search(text)
    told = text[: original.start()] if original and original.start() > 0 else text
    if not addresses:
        addresses = list(dict.fromkeys(one.lower() for one in _ADDRESS.findall(told)))[:1]
    delayed = bool(_DELAY.search(told) or re.search(r"\bdelay", subject, re.IGNORECASE))
    return [_report(told, address, addresses, delayed) for address in addresses or [""]]


def _report(told: str, address: str, addresses: list[str], delayed: bool) -> Report:
    words = one_line(_about(told, address, addresses))
    if delayed:
        outcome, reason, status = judge(words)
        return Report(
            address, Outcome.SOFT, Reason.FULL if reason is Reason.FULL else Reason.DELAYED, status, words
        )
    outcome, reason, status = judge(words, may_be_content=bool(_AFTER_TEXT.search(words)))
    return Report(address, outcome, reason, status, words)


def _about(told: str, address: str, addresses: list[str]) -> str:
    """The lines about one address: from where it stands by itself to where the next one does."""
    if len(addresses) < 2:
        start = max(told.lower().find(address), 0) if address else 0
        return told[start:] if len(told) - start > 40 else told
    starts = sorted((place, one) for one in addresses if (place := _line_of(told, one)) >= 0)
    for number, (place, one) in enumerate(starts):
        if one == address:
            return told[place : starts[number + 1][0] if number + 1 < len(starts) else None]
    return told


def _line_of(told: str, address: str) -> int:
    """Where a line begins with the address, the last such one: some servers tell everything twice, once for each
    language."""
    # With a bound: a mail of empty lines, which anybody can send us, would be gone through for each of them.
    lines = list(re.finditer(rf"^[^\w\n]{{0,20}}{re.escape(address)}", told, re.IGNORECASE | re.MULTILINE))
    return lines[-1].start() if lines else told.lower().find(address)


def without_tags(markup: str) -> str:
    return html.unescape(re.sub(r"<[^<>]{0,500}>", " ", markup[:LONGEST_TEXT]))


def one_line(words: str) -> str:
    return " ".join(words.split())[:2_000]
