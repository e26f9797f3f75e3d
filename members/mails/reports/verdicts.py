"""What one mail server said of one address, and what its words mean."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass


class Outcome(enum.Enum):
    """What became of a mail that was sent to an address."""

    HARD = "hard"
    """The address does not work; another mail would come back as well."""
    SOFT = "soft"
    """This mail did not arrive; another one may."""
    DELIVERED = "delivered"
    COMPLAINT = "complaint"
    """Its reader called it spam."""
    OPT_OUT = "opt-out"
    """Its reader asked for no more, through their mail service."""
    AUTHENTICATION = "authentication-report"
    """Somebody wrote in our name, or our signature did not hold: nothing about the address."""
    AUTO_REPLY = "auto-reply"


class Reason(enum.Enum):
    """Why; for the count that the team sees and for what follows."""

    UNKNOWN_ADDRESS = "unknown"
    FULL = "full"
    TOO_BIG = "size"
    BUSY = "busy"
    DELAYED = "delayed"
    """Its server goes on trying: it counts as nothing yet."""
    REFUSED = "refused"
    UNCLEAR = "unclear"
    NONE = ""


@dataclass(frozen=True)
class Report:
    """One address of one report. `status` is the enhanced code (RFC 3463) where one was told, `words` one line of
    what the server said."""

    address: str
    outcome: Outcome
    reason: Reason = Reason.NONE
    status: str = ""
    words: str = ""


# In the order in which they are asked. What is full or too fast is told by words before codes, because servers give
# codes for good (5.2.2) to what passes, and name the address as unknown (5.2.1) while they mean something else.
_FULL = r"""
      mail \s? (box|folder|drop) \s (is \s)? (full|over) | over \s? quota | quota \s? (is \s)? exceed
    | exceed\w* \s .{0,30} (quota|storage) | quotaexceeded | out \s of \s storage
    | storage \s (limit|allocation) | insufficient \s .{0,12} storage | mailbox \s size \s limit
    | bo[iî]te .{0,40} (pleine|satur) | quota \s .{0,12} d[ée]pass | not \s enough \s (disk\s)? space
    | \b disk \s quota
"""
_TOO_BIG = r"""
      (message|mail) \s size \s (limit \s)? exceed | size \s limit \s exceed
    | message \s .{0,20} too \s (big|large|long) | exceeds \s .{0,30} (message|size) \s .{0,12} (size|limit)
    | (message|courrier) \s .{0,16} (volumineux|trop \s gros)
"""
_BUSY = r"""
      receiving \s mail \s at \s a \s rate | receiving \s mail \s too \s quickly
    | too \s many \s (messages|connections| recipients|errors|sessions|invalid) | rate \s limit | throttl
    | grey-?list | gr[ea]y \s list | try \s (again \s)? later | try \s again | essayer \s (plus \s tard|ult)
    | r[ée]essay | temporar | service \s unavailable | deferred | timed \s? out | time-?out | no \s route
    | connection \s (refused|reset|lost) | too \s busy | hop \s count | mail \s loop
"""
_UNKNOWN = r"""
      (user|recipient|mailbox|address|account|e-?mail (\s address)? | local \s? part) \s (is \s|was \s)?
      (unknown|not \s known)
    | (unknown|no \s such|non-?existent|invalid|bad|undeliverable|illegal) \s (or \s \w+ \s)? (local
      \s|destination \s|e-?mail \s|rcpt \s)?
      (user|recipient|mailbox|address|account|person|e-?mail|alias|local|login|destination \s mailbox)
    | (user|recipient|mailbox|address|account|person|alias|domain|host) \s .{0,60} (does \s? n[o'’]?t \s
      exist|doesn.?t \s exist | not \s (be \s)? found | not \s (valid|exist|recogni[sz]ed|here|listed) |
      n['’]existe \s pas | no \s longer) | recip (ient)? \s? not \s? found
    | not \s a \s valid \s (user|mailbox|recipient|address) | no \s mailbox \s (here|by)
    | (mailbox|account|user|address) \s .{0,24}
      (disabled|inactive|suspended|closed|deactivated|deleted|expired|terminated)
    | mailbox \s (is \s)? (currently \s)? unavailable
    | destinataire .{0,24} (inconnu|invalide|introuvable|incorrect)
    | (adresse|utilisateur|compte|bo[iî]te) .{0,32} (inconnue?|invalide|introuvable|incorrecte?|n['’]existe
      \s pas|d[ée]sactiv|ferm) | unroute?able | unknown \s host | host \s unknown
    | (no|couldn.?t \s find \s (any|a)) \s (mx|mail \s exchanger) | null \s? mx
    | domain \s (name \s)? not \s found | recipient \s no \s longer
    | no \s longer \s (on \s server|active|available|valid|exists) | has \s moved | \b misspel+ed \b
    | RecipNotFound | recipient \s address \s rejected: \s access \s denied
    | email \s account \s that \s you \s tried \s to \s reach | not \s our \s customer | unknown \s e-?mail
"""
_REFUSED = r"""
      spam | black \s? list | block \s? (ed|list) | bloqu | reputation | r[ée]putation | policy | dnsbl
    | \b rbl \b | \b spf \b | dkim | dmarc | authenticat | virus | malware | phish
    | not \s (be \s)? (authori[sz]ed|allowed|permitted|accepted) | denied | den[iy] | reject | rejet | refus
    | banned | listed \s (by|in|at) | unsolicited | junk | content \s .{0,20} (filter|scan) | relay | autoris
"""


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.VERBOSE)


_WORDS: tuple[tuple[re.Pattern[str], Outcome, Reason], ...] = (
    (_compiled(_FULL), Outcome.SOFT, Reason.FULL),
    (_compiled(_TOO_BIG), Outcome.SOFT, Reason.TOO_BIG),
    (_compiled(_BUSY), Outcome.SOFT, Reason.BUSY),
    (_compiled(_UNKNOWN), Outcome.HARD, Reason.UNKNOWN_ADDRESS),
    (_compiled(_REFUSED), Outcome.SOFT, Reason.REFUSED),
)
# By the enhanced code, where words say nothing. 5.1.7 and 5.1.8 are about the sender.
_CODES: tuple[tuple[str, Outcome, Reason], ...] = (
    (r"4\.2\.2", Outcome.SOFT, Reason.FULL),
    (r"4\.", Outcome.SOFT, Reason.BUSY),
    (r"5\.1\.[78]", Outcome.SOFT, Reason.REFUSED),
    (r"5\.1\.", Outcome.HARD, Reason.UNKNOWN_ADDRESS),
    (r"5\.2\.1\b", Outcome.HARD, Reason.UNKNOWN_ADDRESS),
    (r"5\.2\.2", Outcome.SOFT, Reason.FULL),
    (r"5\.(2\.3|3\.4)\b", Outcome.SOFT, Reason.TOO_BIG),
    (r"5\.3\.0", Outcome.HARD, Reason.UNKNOWN_ADDRESS),
    (r"5\.4\.(4|310)\b", Outcome.HARD, Reason.UNKNOWN_ADDRESS),
    (r"5\.4\.", Outcome.SOFT, Reason.BUSY),
    (r"5\.[67]\.", Outcome.SOFT, Reason.REFUSED),
)
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<![\d.:#/-])([245][0-5]\d)(?=[\s\-:]|$)")
_ADDRESS_MISSING = frozenset({"550", "551", "553"})
LONGEST = 2_000  # signs of a server’s words that are looked at


def judge(words: str, status: str = "", *, may_be_content: bool = False) -> tuple[Outcome, Reason, str]:
    """What a refusal means: hard or soft, why, and the enhanced code.

    `may_be_content`: the refusal came after the text was sent, so that a bare 550 speaks of the text.
    """
    words = " ".join(words.split())[:LONGEST]
    told = _STATUS.findall(words)
    code = _most_telling([status, *told])
    reply = next(iter(_REPLY.findall(words)), "")
    passes = code.startswith("4") or (not code and reply.startswith("4"))
    for pattern, outcome, reason in _WORDS:
        if pattern.search(words):
            if outcome is Outcome.HARD and (passes or _is_of_the_sender(code)):
                continue
            return outcome, reason, code
    for pattern_of_code, outcome, reason in _CODES:
        if code and re.match(pattern_of_code, code):
            return outcome, reason, code
    if not code and reply in _ADDRESS_MISSING and not may_be_content:
        return Outcome.HARD, Reason.UNKNOWN_ADDRESS, code
    return Outcome.SOFT, Reason.UNCLEAR, code


def _is_of_the_sender(code: str) -> bool:
    return code in ("5.1.7", "5.1.8") or code.startswith("5.7.")


def _most_telling(codes: list[str]) -> str:
    """`5.0.0` says nothing; a remote server’s own code says more than what was made of it."""
    known = [code for code in codes if _STATUS.fullmatch(code)]
    telling = [code for code in known if not code.endswith(".0.0")]
    return next(iter(telling[-1:] or known), "")
