"""Whatever people do in whatever order: no text is public outside `published`, and nothing happens without a line in
the journal. Hypothesis chooses the acts; the real services carry them out."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from communities.content import services as content
from communities.content.models import PendingEdit, Post
from communities.content.viewers import viewer_for
from communities.exceptions import DomainError
from communities.memory import forget_all
from communities.models import Membership
from communities.scoping import community_scope
from moderation import services
from moderation.models import AuditEvent, Case, Decision
from tests.conftest import Cast
from tests.factories import make_membership, make_thread
from tests.moderation.acts import set_mode

ACTS = st.sampled_from(["approve", "hide", "remove", "refuse", "restore"])
PLACES = st.integers(0, 5)
NAMES = ("member", "newcomer", "ambassador", "moderator", "manager", "owner")
PEOPLE = st.sampled_from(NAMES)
FINAL = frozenset({"deleted", "purged"})


class Moderation(RuleBasedStateMachine):
    """Members write, change and take back; others report; the team decides, sometimes from an old page."""

    here: Cast

    @initialize()
    def begin(self) -> None:
        self.savepoint = transaction.savepoint()
        self.scope = community_scope(self.here.community)
        self.scope.__enter__()
        set_mode(self.here, "hybrid")
        self.people: dict[str, Membership] = {
            name: getattr(self.here, name) for name in NAMES if name != "newcomer"
        }
        self.people["newcomer"] = make_membership()
        self.thread = make_thread(self.here.forum, by=self.here.manager)
        self.posts: list[Post] = []
        self.number = 0
        self.versions: dict[int, int] = {}
        self.old_pages: dict[int, dict[str, int]] = {}
        self.deleted: set[int] = set()

    def teardown(self) -> None:
        if hasattr(self, "scope"):
            self.scope.__exit__(None, None, None)
            transaction.savepoint_rollback(self.savepoint)

    def a_post(self, place: int) -> Post | None:
        chosen = self.posts[place % len(self.posts)]
        return Post.objects.select_related("thread__space", "author").filter(pk=chosen.pk).first()

    def attempt(self, do: Any, /, *given: Any, **named: Any) -> Any:
        """What the rules refuse changes nothing."""
        try:
            with transaction.atomic():
                return do(*given, **named)
        except DomainError:
            return None

    @rule(mode=st.sampled_from(["pre", "post", "reactive", "hybrid"]))
    def choose_mode(self, mode: str) -> None:
        services.set_mode(self.here.community, by=self.here.manager, mode=mode)
        forget_all()

    @rule(who=PEOPLE)
    def write(self, who: str) -> None:
        self.number += 1
        body = f"<p>Secret{self.number}x0.</p>"
        post = self.attempt(content.reply_to, self.thread, by=self.people[who], body=body)
        if post is not None:
            self.posts.append(post)

    @precondition(lambda self: self.posts)
    @rule(place=PLACES)
    def change(self, place: int) -> None:
        post = self.a_post(place)
        if post is not None:
            self.number += 1
            self.attempt(content.edit_post, post, by=post.author, body=f"<p>Secret{self.number}x1.</p>")

    @precondition(lambda self: self.posts)
    @rule(place=PLACES)
    def take_back(self, place: int) -> None:
        post = self.a_post(place)
        if post is not None and self.attempt(content.delete_post, post, by=post.author):
            self.deleted.add(post.pk)

    @precondition(lambda self: self.posts)
    @rule(place=PLACES, who=PEOPLE, category=st.sampled_from(["spam", "hate", "threat"]))
    def report(self, place: int, who: str, category: str) -> None:
        post = self.a_post(place)
        if post is not None:
            self.attempt(services.report_post, post, by=self.people[who], category=category)

    @precondition(lambda self: self.posts)
    @rule(place=PLACES)
    def open_a_page(self, place: int) -> None:
        """Somebody looks, and decides much later."""
        post = self.a_post(place)
        case = Case.objects.about(post).order_by("-id").first() if post else None
        if post and case:
            self.old_pages[case.pk] = {"version": case.version, "revision": post.revision_count}

    @precondition(lambda self: self.posts)
    @rule(
        place=PLACES,
        who=PEOPLE,
        act=ACTS,
        from_an_old_page=st.booleans(),
        ground=st.sampled_from(["courtesy", ""]),
    )
    def decide(self, place: int, who: str, act: str, from_an_old_page: bool, ground: str) -> None:
        post = self.a_post(place)
        case = Case.objects.about(post).order_by("-id").first() if post else None
        if not post or not case:
            return
        page = {"version": case.version, "revision": post.revision_count}
        page = self.old_pages.get(case.pk, page) if from_an_old_page else page
        before = Decision.objects.count(), AuditEvent.objects.filter(act="decide_case").count()
        decided = self.attempt(
            services.decide_case,
            case,
            by=self.people[who],
            act=act,
            ground=ground,
            reason="We looked again.",
            **page,
        )
        after = Decision.objects.count(), AuditEvent.objects.filter(act="decide_case").count()
        assert after[0] - before[0] == after[1] - before[1], "a decision and its line, or neither"
        if decided is None:
            assert after == before
        else:
            assert self.people[who].can_judge
            assert post.author_id != self.people[who].pk
            assert ground or decided.act in ("approve", "restore"), "a restriction has a ground"

    @invariant()
    def nothing_is_public_but_what_is_published(self) -> None:
        if not hasattr(self, "posts") or not self.posts:
            return
        stored = {post.pk: post for post in Post.objects.filter(pk__in=[post.pk for post in self.posts])}
        visible = set(
            Post.objects.visible_to(viewer_for(self.here.community, None)).values_list("pk", flat=True)
        )
        page = Client().get(self.here.url(f"/forums/t/{self.thread.slug}/")).content.decode()
        for post in stored.values():
            words = post.body_html.removeprefix("<p>").removesuffix("</p>")
            assert (words in page) is (post.state == "published"), (post.state, words)
            assert post.pk not in visible or post.state == "published"
            assert (post.position is None) or post.state != "pending"
        for edit in PendingEdit.objects.exclude(state="approved"):
            words = edit.body_html.removeprefix("<p>").removesuffix("</p>")
            assert words not in page, f"a {edit.state} change is public"

    @invariant()
    def versions_grow_and_ends_are_ends(self) -> None:
        for case in Case.objects.all() if hasattr(self, "versions") else ():
            assert case.version >= self.versions.get(case.pk, 0)
            self.versions[case.pk] = case.version
            assert (case.state == "resolved") is bool(case.outcome) is (case.resolved_at is not None)
        if getattr(self, "deleted", None):
            states = set(Post.objects.filter(pk__in=self.deleted).values_list("state", flat=True))
            assert states <= FINAL, "what its author took back stays away"

    @invariant()
    def each_text_has_one_open_case_of_a_kind(self) -> None:
        if hasattr(self, "posts"):
            open_ones = list(Case.objects.open().values_list("post_id", "kind"))
            assert len(open_ones) == len(set(open_ones))
            waiting = set(Post.objects.filter(state="pending").values_list("pk", flat=True))
            held = {post_id for post_id, kind in open_ones if kind == "held"}
            assert waiting == held, "every held text stands in the queue, and nothing else does"


@pytest.mark.slow
def test_moderation_states(here: Cast) -> None:
    Moderation.here = here
    run_state_machine_as_test(
        Moderation,
        # A failure is told as it was found: shrinking it would take the suite's whole time.
        settings=settings(
            max_examples=10,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
