"""Requests that do not count as a person's visit, and why."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlsplit

from analytics.capture.lists import machine_agents, spam_domains
from analytics.capture.models import Reason

MOST_VIEWS_A_MINUTE = 60


@lru_cache(maxsize=20_000)
def agent_reason(agent: str) -> Reason | None:
    """Why a user agent is not counted; None for a browser's."""
    if not agent.strip() or agent.strip() == "-":
        return Reason.NO_AGENT
    machine = any(pattern.search(agent) for pattern in machine_agents())
    return Reason.BOT if machine else None


def is_machine(agent: str) -> bool:
    """Whether a user agent is a program's, or missing."""
    return agent_reason(agent[:512]) is not None


@lru_cache(maxsize=20_000)
def referrer_reason(referrer: str) -> Reason | None:
    """Whether a referrer is on the list of those that exist only to be seen in statistics; parents count."""
    try:
        host = (urlsplit(referrer).hostname or "").rstrip(".").removeprefix("www.")
    except ValueError:
        return Reason.SPAM
    labels = host.split(".")
    listed = spam_domains()
    return Reason.SPAM if any(".".join(labels[at:]) in listed for at in range(len(labels) - 1)) else None
