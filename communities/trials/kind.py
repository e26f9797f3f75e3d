"""Feedback on tests as a kind of content: a test is a private space, a report its thread."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from django.http import HttpRequest
from django.urls import get_script_prefix
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from communities.calendar import today
from communities.content.audiences import may_read
from communities.content.kinds import Filed, Kind, ThreadKind
from communities.content.models import Post, Space, Thread
from communities.launch.features import Feature
from communities.models import Community, Membership
from communities.trials.demo import draft_of_demo, settle_demo, threads_told
from communities.trials.models import FEEDBACK, TESTERS, TRIALS, Feedback, Trial
from communities.trials.queries import has_trials
from communities.trials.reporting import settle_feedback


class TrialKind(Kind):
    name = TRIALS
    label, label_many = _("Beta test"), _("Beta tests")
    icon = "ticket"
    order = 40
    header_label, header_order = _("Beta tests"), 45
    features = (
        Feature(
            "trials",
            _("Beta tests"),
            45,
            frozenset({"texts"}),
            about=_("A small group tries what is not finished, in a space closed to everybody else."),
            is_place=True,
        ),
    )
    thread_kinds = (
        ThreadKind(
            FEEDBACK,
            pgettext_lazy("one", "Feedback"),
            proposes=True,
            may_wait=True,
            draws_insets=True,
            insets_in_replies=False,
        ),
    )
    path, urls = "trials", "communities.trials.urls"
    list_route, space_route = "list-trials", "show-trial"
    thread_route, start_route = "show-feedback", "submit-feedback"
    threads_name, threads_label = "feedback", _("Feedback")
    tab_order = 45
    # Members bring all there is, so they find it while it is empty.
    minimum = 0
    start_label = _("Report feedback")
    first_circles: ClassVar[Mapping[str, str]] = {"audience": TESTERS}
    readers: ClassVar[frozenset[str]] = frozenset({TESTERS, Space.Audience.TEAM.value})
    beside_labels: ClassVar[Mapping[str, Promise]] = {"environment": _("Environment")}
    side = Feedback
    # Whoever reads a test has accepted its text on confidentiality, and no other.
    moves = False
    # A word of its own stands in them, that no visitor is to count.
    keeps_paths = False
    demo_spaces = frozenset({"trial"})
    demo_threads: ClassVar[Mapping[str, str]] = {"feedback": FEEDBACK}
    demo_parts: ClassVar[Mapping[str, str]] = {"trials": "trials"}
    demo_file = "trials"

    def header_asks(self) -> Callable[[HttpRequest], bool]:
        return has_trials

    def thread_url(self, thread: Thread) -> str:
        # In every row of every list, so not looked up; a test compares it with the route.
        return f"{get_script_prefix()}trials/f/{thread.slug}/"

    def why_kept(self, space: Space) -> str:
        announced = Trial.objects.filter(pk=space.pk, announced_at__isnull=False).exists()
        return (
            gettext("It contains a beta test that was announced, with its testers and releases.")
            if announced
            else ""
        )

    def may_start(self, membership: Membership, space: Space) -> bool:
        trial = Trial.objects.filter(pk=space.pk).first()
        if trial is not None and not trial.takes_feedback(today(membership.community)):
            return False
        return may_read(membership, space)

    def takes_replies(self, thread: Thread) -> bool:
        """Also once its test is closed: people go on talking, figures stay as they are."""
        feedback: Feedback | None = getattr(thread, "feedback", None)
        return feedback is None or not feedback.is_double

    def data_of(self, thread: Thread) -> dict[str, Any]:
        feedback: Feedback | None = getattr(thread, "feedback", None)
        if feedback is None:
            return super().data_of(thread)
        beside = {"severity": feedback.severity, "state": feedback.state, "people": feedback.people}
        return super().data_of(thread) | beside

    def file_sides(self, filed: Sequence[Filed]) -> None:
        for one in filed:
            settle_feedback(one.thread)

    def words_beside(self, thread: Thread) -> dict[str, str]:
        return dict(Feedback.objects.filter(thread=thread).values("environment").first() or {})

    def empty_sides(self, threads: Sequence[int]) -> None:
        Feedback.objects.of_threads(threads).update(environment="")

    def demo_told(self, said: Mapping[str, Any]) -> list[dict[str, Any]]:
        return threads_told(said)

    def demo_draft(
        self,
        space: Space,
        said: Mapping[str, Any],
        *,
        body: str,
        by: Membership,
        community: Community,
        submission: uuid.UUID,
    ) -> Thread:
        return draft_of_demo(space, said, body=body, by=by, community=community, submission=submission)

    def demo_settle(
        self, thread: Thread, said: Mapping[str, Any], post_numbered: Callable[[int], Post]
    ) -> None:
        settle_demo(thread, said)
