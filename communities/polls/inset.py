"""The poll as something that stands under a text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.content.insets import Inset
from communities.content.models import Thread
from communities.middleware import CommunityRequest
from communities.models import Membership
from communities.polls.forms import NewPollForm
from communities.polls.models import Poll
from communities.polls.permissions import FEATURE
from communities.polls.queries import found_polls, poll_of
from communities.polls.services import add_poll
from communities.polls.showing import draw_poll
from communities.reads import CompiledRead

_told: CompiledRead[tuple[int, str, list[str]]] = CompiledRead(
    lambda threads: Poll.objects.of_now().of_threads(threads).values_list("thread_id", "question", "options")
)


class PollInset(Inset):
    name = Poll.INSET
    feature = FEATURE
    label = _("Poll")
    add_label = _("Add a poll")
    add_route = "polls:add-poll"

    def form(self, data: Any = None, *, initial: Mapping[str, Any] | None = None) -> forms.Form:
        return NewPollForm(data, initial=dict(initial or {}))

    def store(self, thread: Thread, form: forms.Form, *, by: Membership) -> None:
        assert isinstance(form, NewPollForm)  # made above
        add_poll(thread, form.wishes(), by=by)

    def draw(self, thread: Thread, request: CommunityRequest) -> str:
        poll = poll_of(thread)
        return draw_poll(poll, request) if poll is not None and any(poll.options) else ""

    def words(self, thread: Thread) -> list[str]:
        poll = poll_of(thread)
        return [poll.question, *filter(None, poll.options)] if poll is not None else []

    def told(self, threads: Sequence[int]) -> dict[int, str]:
        told = {}
        for thread, question, options in _told(tuple(threads)):
            asked = f"<p><strong>{escape(question)}</strong></p>" if question else ""
            told[thread] = f"{asked}<ul>{''.join(f'<li>{escape(one)}</li>' for one in options if one)}</ul>"
        return told

    def found(self, words: str, languages: Sequence[str], most: int) -> dict[int, float]:
        return found_polls(words, languages, most)

    def turn(self, thread: Thread) -> None:
        Poll.objects.filter(thread=thread).update(language=thread.language)

    def empty(self, threads: Sequence[int]) -> None:
        for poll in Poll.objects.of_threads(list(threads)):
            poll.question, poll.options = "", [""] * len(poll.options)
            poll.save(update_fields=["question", "options"])
