"""What the journal knows of words of a poll that somebody else than its author changed, or took away."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communities.content.models import Post, Thread
from communities.journal.acts import Act, register_act
from communities.journal.models import Change
from communities.journal.services import record
from communities.models import Membership
from communities.polls.models import Poll

ACT = "reword_poll"
NO_WORDS = {"question": "", "answers": ""}

Words = dict[str, str]


def register() -> None:
    fields = {"question": _("Question"), "answers": _("Answers")}
    register_act(Act(ACT, _("Wording of a poll"), fields, url=_address))


def worded(poll: Poll) -> Words:
    """What readers see of it."""
    return {"question": poll.question, "answers": " · ".join(filter(None, poll.options))}


def worded_next(poll: Poll) -> Words:
    """What they will see once it opens again."""
    answers = poll.next_options or poll.options[: poll.written]
    return {"question": poll.question, "answers": " · ".join(filter(None, answers))}


def note_rewording(poll: Poll, text: Thread | Post, before: Words, after: Words, *, by: Membership) -> None:
    """Nobody has voted on them yet, so they may be changed; whose text it is reads in the journal what they were."""
    if text.author_id == by.pk:
        return
    title = text.title if isinstance(text, Thread) else text.thread.title
    record(by, ACT, what=poll.question or title, about=poll.pk, before=before, after=after)


def _address(change: Change) -> str:
    """Of one that was taken away there is none."""
    return reverse("polls:show-poll", args=[change.about]) if change.after.get("answers", "?") else ""
