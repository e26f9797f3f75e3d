"""Challenges as a kind of content, and the entries that are written for them."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from communities.challenges.models import (
    CHALLENGE,
    CONTESTS,
    ENTRY,
    WORDS,
    Challenge,
    Rules,
    challenge_of,
    has_closed,
)
from communities.challenges.queries import has_contests, planned_challenges
from communities.challenges.services import check_dates, publish_challenge
from communities.content.kinds import Kind, Planned, ThreadKind
from communities.content.managers import Reader
from communities.content.models import Thread
from communities.launch.features import Feature
from communities.models import Membership


class ChallengeKind(Kind):
    name = CONTESTS
    label, label_many = _("Challenges"), pgettext_lazy("spaces", "Challenges")
    icon = "trophy"
    order = 45
    header_label = _("Challenges")
    header_order = 45
    features = (Feature("challenges", _("Challenges"), 40, frozenset({"texts"}), is_place=True),)
    thread_kinds = (
        ThreadKind(
            CHALLENGE,
            _("Challenge"),
            gathers=True,
            has_begun=has_closed,
            asks_who_came=_("Did you take part?"),
            may_wait=True,
            draws_insets=True,
        ),
        # Members write them for a challenge, from its page.
        ThreadKind(
            ENTRY,
            _("Entry"),
            proposes=True,
            may_wait=True,
            offered=False,
            draws_insets=True,
            insets_in_replies=False,
        ),
    )
    path, urls = "challenges", "communities.challenges.urls"
    list_route, space_route, thread_route, start_route = (
        "list-challenges", "show-contests", "show-challenge", "choose-challenge",
    )  # fmt: skip
    threads_name, threads_label = "challenges", _("Challenges")
    tab_order = 36
    start_label = _("Enter a challenge")
    beside_labels = {
        "rules": pgettext_lazy("of a challenge", "Rules"),
        "prizes": _("Prizes"),
        "criteria": _("Criteria"),
        "afterwards": _("What happens afterwards"),
        "cancel_reason": _("Why it was cancelled"),
    }
    side = Challenge
    demo_spaces = frozenset({"challenge"})
    demo_parts = {"challenges": "challenges"}

    def header_asks(self) -> Callable[[HttpRequest], bool]:
        return has_contests

    def thread_url(self, thread: Thread) -> str:
        name = "show-entry" if thread.kind == ENTRY else "show-challenge"
        return reverse(self.route(name), args=[thread.slug])

    def words_beside(self, thread: Thread) -> dict[str, str]:
        said = dict(Challenge.objects.filter(thread=thread).values(*WORDS).first() or {})
        rules = Rules.objects.filter(challenge=thread.pk).order_by("-number").values_list("words", flat=True)
        return {"rules": rules.first() or "", **said} if said else {}

    def empty_sides(self, threads: Sequence[int]) -> None:
        Challenge.objects.filter(pk__in=threads).update(**dict.fromkeys(WORDS, ""))

    def data_of(self, thread: Thread) -> dict[str, Any]:
        challenge = challenge_of(thread) if thread.kind == CHALLENGE else None
        if challenge is None:
            return super().data_of(thread)
        names = ("opens_at", "closes_at", "votes_until", "result_at", "way")
        return super().data_of(thread) | {name: getattr(challenge, name) for name in names}

    def publish_draft(self, thread: Thread, *, by: Membership) -> bool | None:
        return publish_challenge(thread, by=by) if thread.kind == CHALLENGE else None

    def schedule_draft(self, thread: Thread, *, by: Membership, at: datetime.datetime) -> bool:
        if thread.kind == CHALLENGE:
            check_dates(thread, at=at)
        return False

    def draft_url(self, thread: Thread) -> str:
        if thread.kind == CHALLENGE:
            return reverse(self.route("edit-challenge"), args=[thread.slug])
        return super().draft_url(thread)

    def planned(self, viewer: Reader, first: datetime.date, last: datetime.date) -> Iterable[Planned]:
        for challenge in planned_challenges(viewer, first, last):
            thread = challenge.thread
            yield Planned(thread.title, thread.get_absolute_url(), challenge.opens_at, challenge.result_at)
