"""What sending services write as JSON, in mails or to a hook: the notifications of Amazon SES (also within SNS) and
of Mailgun."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from members.mails.reports.verdicts import Outcome, Reason, Report, judge

MOST = 50


def read_notice(text: str) -> list[Report]:
    """What a notification says of each address; nothing where the text is none."""
    start = text.lstrip()[:1]
    if start != "{":
        return []
    try:
        notice, _end = json.JSONDecoder().raw_decode(text.lstrip())
    except (ValueError, RecursionError):
        return []
    return read_event(notice) if isinstance(notice, dict) else []


def read_event(notice: Mapping[str, Any]) -> list[Report]:
    """The same for what is read already. Whatever a field holds, nothing is raised."""
    try:
        if isinstance(notice.get("Message"), str):
            return read_notice(notice["Message"])
        if kind := notice.get("notificationType") or notice.get("eventType"):
            return _ses(str(kind), notice)
        if isinstance(notice.get("event-data"), dict):
            return _mailgun(notice["event-data"])
    except (AttributeError, KeyError, TypeError):
        return []
    return []


def _ses(kind: str, notice: Mapping[str, Any]) -> list[Report]:
    if kind == "Delivery":
        return [Report(_address(one), Outcome.DELIVERED) for one in notice["delivery"]["recipients"][:MOST]]
    if kind == "Complaint":
        people = notice["complaint"]["complainedRecipients"][:MOST]
        return [Report(_address(one["emailAddress"]), Outcome.COMPLAINT) for one in people]
    if kind != "Bounce":
        return []
    permanent = notice["bounce"].get("bounceType") == "Permanent"
    return [
        _failure(
            one["emailAddress"], str(one.get("diagnosticCode") or ""), str(one.get("status") or ""), permanent
        )
        for one in notice["bounce"]["bouncedRecipients"][:MOST]
    ]


def _mailgun(event: Mapping[str, Any]) -> list[Report]:
    address, kind = _address(event["recipient"]), event.get("event")
    if kind == "complained":
        return [Report(address, Outcome.COMPLAINT)]
    if kind == "unsubscribed":
        return [Report(address, Outcome.OPT_OUT)]
    if kind == "delivered":
        return [Report(address, Outcome.DELIVERED)]
    if kind != "failed":
        return []
    told = event.get("delivery-status") or {}
    words = f"{told.get('code', '')} {told.get('message') or told.get('description') or ''}"
    return [_failure(address, words, "", event.get("severity") == "permanent")]


def _failure(address: Any, words: str, status: str, permanent: bool) -> Report:
    """The service’s own judgement counts where the words leave it open."""
    outcome, reason, code = judge(words, status)
    if reason is Reason.UNCLEAR and permanent:
        outcome, reason = Outcome.HARD, Reason.UNKNOWN_ADDRESS
    return Report(_address(address), outcome, reason, code, " ".join(words.split())[:2_000])


def _address(value: Any) -> str:
    return value.strip().strip("<>").lower() if isinstance(value, str) else ""
