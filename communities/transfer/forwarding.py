"""Old addresses that have more forms than can be stored: `/questions/12/any-words`, `/q/12/7`, `/a/34/7`."""

from __future__ import annotations

import re

from django.http import HttpRequest
from django.urls import get_script_prefix

from communities.content.queries import follow
from communities.content.viewers import viewer_of

QUESTION = re.compile(
    r"^/(?:questions|(?P<short>[qa]))/(?P<id>\d{1,12})(?:/[^/]*(?:/(?P<answer>\d{1,12}))?)?/?$"
)
# A question or an answer by its number, and the feed of a question.
POST = re.compile(r"^/(?:posts|feeds/question)/(?P<id>\d{1,12})(?:/[^/]*)?/?$")
TAGGED = re.compile(r"^/(?:questions/tagged|feeds/tag|tags)/(?P<words>[^/]{1,100})(?:/[\w-]*)?/?$")


def find_old_question(request: HttpRequest) -> str | None:
    """Where an imported question or answer is now, whatever words its old address holds, or the list of a tag."""
    keys = _keys(request.path_info)
    target = follow(keys, lambda: viewer_of(request)) if keys else ""
    return get_script_prefix() + target.lstrip("/") if target else None


def _keys(path: str) -> list[str]:
    if match := QUESTION.match(path):
        answer = [f"/a/{match['answer']}"] if match["answer"] else []
        return [*answer, f"/{match['short'] or 'questions'}/{match['id']}"]
    if match := POST.match(path):
        return [f"/questions/{match['id']}", f"/a/{match['id']}"]
    if (match := TAGGED.match(path)) and "\0" not in path:
        # Several words at once lead to the first of them.
        names = (match["words"], match["words"].replace(" ", "+").partition("+")[0])
        return [f"/questions/tagged/{name}" for name in dict.fromkeys(names) if name]
    return []
