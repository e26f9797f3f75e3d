"""The three records by which receivers know a sender: SPF (who may send), DKIM (the signature), DMARC (what to do with
forgeries). What each must hold, and how it stands. SPF: RFC 7208, DKIM: RFC 6376, DMARC: RFC 7489."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings

from communities.console.reach.examining import MOST_SEEN, Finding, Mark, finding_of
from communities.lookups import NotAName, State, look_up
from communities.mailing.models import Sender

# RFC 7208 allows ten questions for one record; receivers stop there.
MOST_LOOKUPS = 10
# How far above the domain a policy is looked for: who has a name of a hundred labels keeps nobody else waiting.
MOST_LABELS = 7
NAMES = ("spf", "dkim", "dmarc")


def examine_sender(sender: Sender) -> dict[str, Any]:
    """The three records as they stand, for `Sender.findings`. Never raises for what somebody else’s server answers."""
    found = {"spf": _spf(sender.domain), "dkim": _dkim(sender), "dmarc": _dmarc(sender.domain)}
    return {name: {"mark": one.mark, "seen": list(one.seen)} for name, one in found.items()}


def findings_of_sender(sender: Sender) -> dict[str, Finding]:
    return {name: finding_of(sender.findings.get(name)) for name in NAMES}


def _texts(name: str) -> tuple[State, tuple[str, ...]]:
    try:
        answer = look_up(name, "TXT")
    except NotAName:
        return State.NO_NAME, ()
    return answer.state, answer.values


def _dkim(sender: Sender) -> Finding:
    state, values = _texts(sender.key_name)
    if state is State.UNKNOWN:
        return Finding(Mark.UNKNOWN)
    keys = [tags.get("p", "") for value in values if (tags := tags_of(value)).get("v", "DKIM1") == "DKIM1"]
    if sender.public_key in keys:
        return Finding(Mark.FOUND)
    return Finding(Mark.WRONG if values else Mark.MISSING, tuple(one[:120] for one in values[:MOST_SEEN]))


def _dmarc(domain: str) -> Finding:
    """The record of the domain, else of the nearest domain above that has one."""
    labels = domain.split(".")
    for first in range(len(labels) - 1):
        if 0 < first < len(labels) - MOST_LABELS:
            continue
        state, values = _texts("_dmarc." + ".".join(labels[first:]))
        if state is State.UNKNOWN:
            return Finding(Mark.UNKNOWN)
        policies = [value for value in values if value.lower().replace(" ", "").startswith("v=dmarc1")]
        if len(policies) == 1:
            tags = tags_of(policies[0])
            policy = tags.get("sp" if first and "sp" in tags else "p", "").lower()
            done = policy in ("quarantine", "reject")
            return Finding(Mark.FOUND if done else Mark.WRONG, (policies[0][:200],))
        if policies:
            return Finding(Mark.WRONG, tuple(one[:200] for one in policies[:MOST_SEEN]))
    return Finding(Mark.MISSING)


def _spf(domain: str) -> Finding:
    state, values = _texts(domain)
    if state is State.UNKNOWN:
        return Finding(Mark.UNKNOWN)
    policies = [value for value in values if re.match(r"v=spf1(\s|$)", value, re.IGNORECASE)]
    if not policies:
        return Finding(Mark.MISSING)
    seen = tuple(one[:200] for one in policies[:MOST_SEEN])
    # Two records are an error to every receiver, and one that lets everybody send says nothing.
    if len(policies) > 1 or re.search(r"(^|\s)\+?all(\s|$)", policies[0], re.IGNORECASE):
        return Finding(Mark.WRONG, seen)
    wanted = settings.SPF_MECHANISM.lower()
    if not wanted:
        return Finding(Mark.FOUND, seen)
    return Finding(Mark.FOUND if _names(policies[0], wanted, [MOST_LOOKUPS]) else Mark.WRONG, seen)


def _names(policy: str, wanted: str, left: list[int]) -> bool:
    """Whether a record names a mechanism, itself or by those that it includes."""
    terms = [term.lower().lstrip("+") for term in policy.split()[1:]]
    if wanted in terms:
        return True
    for term in terms:
        name = re.fullmatch(r"(?:include:|redirect=)([\w.-]+)", term)
        if name is None or left[0] <= 0:
            continue
        left[0] -= 1
        _state, values = _texts(name.group(1))
        inner = [value for value in values if re.match(r"v=spf1(\s|$)", value, re.IGNORECASE)]
        if len(inner) == 1 and _names(inner[0], wanted, left):
            return True
    return False


def tags_of(record: str) -> dict[str, str]:
    """`v=DKIM1; k=rsa; p=…` by its tags; blanks within a value do not count."""
    pairs = (part.partition("=") for part in record.split(";"))
    return {name.strip().lower(): re.sub(r"\s+", "", value) for name, sign, value in pairs if sign}


def spf_wanted(sender: Sender, finding: Finding) -> str:
    """What the SPF record should hold: the one that is there with our servers in it, else a new one; empty where the
    operator has not said which servers send."""
    mechanism = settings.SPF_MECHANISM
    if not mechanism:
        return ""
    present = finding.seen[0] if len(finding.seen) == 1 else ""
    if not present or finding.mark is Mark.FOUND:
        return present or f"v=spf1 {mechanism} ~all"
    terms = [term for term in present.split() if term.lower() not in ("all", "+all")]
    if not any(re.fullmatch(r"[~?-]all", term.lower()) for term in terms):
        terms.append("~all")
    place = next(number for number, term in enumerate(terms) if re.fullmatch(r"[~?-]all", term.lower()))
    return " ".join([*terms[:place], mechanism, *terms[place:]])


def dmarc_wanted(sender: Sender) -> str:
    return f"v=DMARC1; p=quarantine; rua=mailto:{sender.address}"
