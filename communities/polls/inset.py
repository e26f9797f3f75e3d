"""The poll as something that stands under a text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.content.insets import Inset
from communities.content.models import Post, Thread
from communities.middleware import CommunityRequest
from communities.models import Membership
from communities.polls.forms import NewPollForm, ReplyPollForm
from communities.polls.joining import lift_polls, lower_polls
from communities.polls.models import Poll, PollQuerySet
from communities.polls.permissions import FEATURE, can_edit_poll
from communities.polls.queries import ballots_in, found_polls, poll_of, poll_under, polls_under
from communities.polls.rounds import learn_rounds
from communities.polls.services import add_poll, put_under
from communities.polls.showing import draw_poll, shows_result
from communities.reads import CompiledRead

_told: CompiledRead[tuple[int, str, list[str]]] = CompiledRead(
    lambda threads: (
        Poll.objects.of_now().under_text().of_threads(threads).values_list("thread_id", "question", "options")
    )
)


class PollInset(Inset):
    name = Poll.INSET
    feature = FEATURE
    label = _("Poll")
    add_label = _("Add a poll")
    add_route = "polls:add-poll"
    in_replies = True
    reply_form = ReplyPollForm
    not_on_offer = _(
        "A poll can no longer be put under a reply here. Copy what you typed for it, or send the reply without it."
    )

    def form(self, data: Any = None, *, initial: Mapping[str, Any] | None = None) -> forms.Form:
        return NewPollForm(data, initial=dict(initial or {}))

    def store(self, thread: Thread, form: forms.Form, *, by: Membership) -> None:
        assert isinstance(form, NewPollForm)  # made above
        add_poll(thread, form.wishes(), by=by)

    def typed(self, fields: Mapping[str, Any]) -> list[tuple[str, str]]:
        labels = {
            "poll_question": gettext("Question of the poll"),
            "poll_options": gettext("Answers of the poll"),
        }
        said = [(label, str(fields.get(name) or "")) for name, label in labels.items()]
        return [(label, words) for label, words in said if words.strip()]

    def lower(self, thread: Thread, post: Post) -> list[int]:
        return lower_polls(thread, post)

    def lift(self, thread: Thread, post: Post, told: Sequence[int]) -> None:
        lift_polls(thread, post, told)

    def draw(self, thread: Thread, request: CommunityRequest) -> str:
        poll = poll_of(thread)
        return draw_poll(poll, request) if poll is not None and any(poll.options) else ""

    def words(self, thread: Thread) -> list[str]:
        return words_in(poll_of(thread))

    def own_words(self, thread: Thread) -> list[str]:
        return own_words_in(poll_of(thread))

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
        _empty(Poll.objects.under_text().of_threads(list(threads)))

    def said_in(self, form: forms.Form) -> list[str]:
        assert isinstance(form, ReplyPollForm)  # made above
        wishes = form.wishes()
        return [wishes.question, *wishes.options]

    def store_under(self, post: Post, form: forms.Form, *, by: Membership) -> None:
        assert isinstance(form, ReplyPollForm)  # made above
        put_under(post, form.wishes(), by=by)

    def draw_under(self, posts: Sequence[Post], request: CommunityRequest) -> dict[int, str]:
        polls = [poll for poll in polls_under(posts) if any(poll.options)]
        ballots = ballots_in(polls, request.membership)
        learn_rounds(poll for poll in polls if shows_result(poll, ballots.get(poll.pk)))
        return {poll.post.pk: draw_poll(poll, request, ballots=ballots) for poll in polls if poll.post}

    def words_under(self, post: Post) -> list[str]:
        return words_in(poll_under(post))

    def own_words_under(self, post: Post) -> list[str]:
        return own_words_in(poll_under(post))

    def empty_under(self, posts: Sequence[int]) -> None:
        _empty(Poll.objects.of_posts(list(posts)))

    def ways_to_change(self, post: Post, by: Membership) -> list[tuple[Promise, str]]:
        poll = poll_under(post) if post.inset else poll_of(post.thread)
        if poll is None or not can_edit_poll(by, poll):
            return []
        return [(_("Edit the poll"), reverse("polls:edit-poll", args=[poll.pk]))]


def words_in(poll: Poll | None) -> list[str]:
    """What readers see of it."""
    return [poll.question, *filter(None, poll.options)] if poll is not None else []


def own_words_in(poll: Poll | None) -> list[str]:
    """Without the answers that members added: each is said by a reply of theirs."""
    return [poll.question, *filter(None, poll.options[: poll.written])] if poll is not None else []


def _empty(polls: PollQuerySet) -> None:
    for poll in polls:
        poll.question, poll.options, poll.next_options = "", [""] * len(poll.options), []
        poll.save(update_fields=["question", "options", "next_options"])
