"""Old addresses that have more forms than can be stored: `/questions/12/any-words`, `/q/12/7`, `/a/34/7`."""

from __future__ import annotations

import re

from django.http import HttpRequest
from django.urls import get_script_prefix

from communities.content.queries import follow

QUESTION = re.compile(
    r"^/(?:questions|(?P<short>[qa]))/(?P<id>\d{1,12})(?:/[^/]*(?:/(?P<answer>\d{1,12}))?)?/?$"
)


def find_old_question(request: HttpRequest) -> str | None:
    """Where an imported question or answer is now, whatever words its old address holds."""
    match = QUESTION.match(request.path_info)
    if match is None:
        return None
    keys = [f"/a/{match['answer']}"] if match["answer"] else []
    keys.append(f"/{match['short'] or 'questions'}/{match['id']}")
    target = follow(keys)
    return get_script_prefix() + target.lstrip("/") if target else None
