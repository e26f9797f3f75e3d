"""Texts: what members write, whatever kind of thread it stands in. Held, reported, hidden, removed, put back."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from communities.content import services as content
from communities.content.models import PendingEdit, Post, State, Thread
from communities.content.services.holding import hold_text
from communities.content.services.wikis import last_writer
from communities.content.showing.reading import follower_count
from communities.content.text.extracts import excerpt, plain_text
from communities.content.viewers import Viewer, viewer_of
from communities.content.views.posts import address_of
from communities.middleware import CommunityRequest, MemberRequest
from communities.models import Membership
from moderation.models import Case, Decision
from moderation.permissions import can_report_content
from moderation.subjects.base import Counted, FirstWords, Judged, Subject, register_subject
from moderation.subjects.text_acts import ACTS
from moderation.subjects.text_page import BENEATH, case_context, said_beneath
from moderation.subjects.words import Sentence, Words
from moderation.vocabulary import Act as Name

# Whoever has a form before them has seen what a rule hid meanwhile.
REPORTED_AFTER = datetime.timedelta(hours=1)


class TextSubject(Subject[Post]):
    name = "text"
    model = Post
    label = gettext_lazy("The text")
    acts = ACTS
    words = Words(
        heading=gettext_lazy("The text in its context"),
        none_reported=gettext_lazy("Nobody reported this text."),
        weight=gettext_lazy(
            "Weight %(weight)s. The rule hides from %(threshold)s and %(people_to_hide)s people on."
        ),
        why_back=gettext_lazy("(why the text comes back)"),
        gone=gettext_lazy("Its author took the text back"),
        missing=gettext_lazy("The text is gone: its author took it back."),
        told=gettext_lazy("The author is told."),
        decided=gettext_lazy("Decision about your post, ref. %(ref)s"),
        let_out=gettext_lazy("Your post is published, and those who follow the thread are told."),
        refused=gettext_lazy("Your post was not published"),
        returned=gettext_lazy("Your post is back: our apologies"),
        returned_lead=gettext_lazy(
            "We were wrong. Your post is back in its place, with its date and its replies. Our apologies."
        ),
        said=gettext_lazy("The text"),
        only_a_rule=gettext_lazy("This is a rule of the place; we do not say that the text is illegal."),
        report_title=gettext_lazy("Report this text"),
        own=gettext_lazy("This is your own text: you can edit or delete it."),
        withdrawn=gettext_lazy("Its author took the text back."),
    )
    doors = ("post", "thread")
    case_template = "moderation/case_text.html"
    report_template = "moderation/report_text.html"
    listed = ("edit",)
    related = ("edit", "post__thread__space", "post__author")
    hides_by_rule = True
    # As its author does who deletes it while somebody decides: the thread, the text, then what is open about it.
    locks_first = True
    # Words of the journal, older than the name of the subject.
    reports_as = "report_post"
    hides_as = "hide_post"

    def reference(self, thing: Post, prefix: str = "") -> Q:
        return Q(**{f"{prefix}post": thing})

    def columns(self, thing: Post) -> dict[str, Any]:
        return {"post": thing, "space_id": thing.thread.space_id}

    def thing_of(self, case: Case) -> Post | None:
        post: Post | None = case.post
        return post

    def lock(self, thing_id: int | None) -> Post | None:
        try:
            return hold_text(thing_id, "author") if thing_id is not None else None
        except Post.DoesNotExist:
            return None

    def locked(self, case: Case) -> Post | None:
        return self.lock(case.post_id)

    def attach(self, case: Case, thing: Post) -> None:
        case.post = thing

    def title_of(self, thing: Post) -> str:
        return thing.thread.title

    def author_of(self, thing: Post) -> Membership | None:
        """Whose words it has: of a wiki whoever edited it last."""
        return last_writer(thing)

    def key_of(self, thing: Post) -> str:
        return str(thing.public_id)

    def state_of(self, thing: Post) -> str:
        return thing.state

    def reach_of(self, thing: Post) -> int:
        return follower_count(thing.thread)

    def thread_of(self, thing: Post) -> Thread | None:
        return thing.thread

    def address_of(self, thing: Post) -> str:
        return address_of(thing)

    def snapshot_of(self, thing: Post) -> dict[str, Any]:
        """Its own words have versions; what stands under it has none, and may be gone when it is judged."""
        said = said_beneath(thing)
        return {BENEATH: said} if said else {}

    def text_of(self, thing: Post) -> str:
        return plain_text(thing.body_html)

    def revision_of(self, thing: Post) -> int:
        return thing.revision_count

    def judged(self, case: Case, thing: Post, *, act: str, last: Decision | None = None) -> Judged:
        edit = case.edit
        shown = edit if edit is not None and act == Name.REFUSE else thing
        # What stands under it is judged with it, and may be changed or gone when the decision is read.
        said = "\n\n".join(filter(None, [plain_text(shown.body_html), said_beneath(thing)]))
        return Judged(said, case.title, thing.published_at or thing.created_at)

    def first_words(self, cases: Sequence[Case]) -> dict[int, FirstWords]:
        posts = Post.objects.filter(pk__in=[case.post_id for case in cases if case.post_id]).only(
            "community", "body_html", "language", "state"
        )
        by_id = {post.pk: post for post in posts}
        words = {}
        for case in cases:
            post = by_id.get(case.post_id or 0)
            text = case.edit or post
            if text is not None:
                words[case.pk] = FirstWords(excerpt(text.body_html, 110), post.language if post else "")
        return words

    def place_of(self, case: Case) -> Sentence:
        return case.space.name if case.space else ""

    def context(self, case: Case, thing: Post) -> dict[str, Any]:
        return case_context(case, thing)

    def report_context(self, thing: Post) -> dict[str, Any]:
        return {"post": thing}

    def find(self, request: CommunityRequest, door: str, key: str) -> Post | None:
        """The text of a post, or that which opens a thread."""
        viewer = viewer_of(request)
        posts = Post.objects.visible_to(viewer).select_related("thread__space", "author")
        if door == "thread":
            post = posts.filter(thread__slug=key, position=1).first()
        else:
            post = posts.filter(public_id=key).first() if is_uuid(key) else None
        readable = post is not None and Thread.objects.visible_to(viewer).filter(pk=post.thread_id).exists()
        if not readable and request.method == "POST":
            return self._just_hidden(door, key, viewer)
        return post if readable else None

    def _just_hidden(self, door: str, key: str, viewer: Viewer) -> Post | None:
        """What a rule has hidden while somebody wrote their report: what they say is read like the others’."""
        posts = Post.objects.filter(state=State.HIDDEN, thread__space_id__in=viewer.space_ids)
        posts = posts.filter(pk__in=self._just_hidden_cases().values("post"))
        posts = posts.select_related("thread__space", "author")
        if door == "thread":
            return posts.filter(thread__slug=key, position=1).first()
        return posts.filter(public_id=key).first() if is_uuid(key) else None

    def find_for_team(self, request: MemberRequest, key: str) -> Post | None:
        if not is_uuid(key):
            return None
        post: Post | None = Post.objects.filter(public_id=key).select_related("thread__space").first()
        looked_after = viewer_of(request).staff_space_ids
        return post if post is not None and post.thread.space_id in looked_after else None

    def find_decisions(self, key: str) -> Q | None:
        return Q(case__post__public_id=key) if is_uuid(key) else None

    def can_report(self, by: Membership | None, thing: Post) -> bool:
        if by is not None and thing.wiki_from is not None and last_writer(thing) == by:
            # Whoever wrote what is read takes it back.
            return False
        return can_report_content(by, thing) or (
            thing.state == State.HIDDEN
            and (by is None or thing.author_id != by.pk)
            and self._just_hidden_cases().filter(post=thing.pk).exists()
        )

    def _just_hidden_cases(self) -> Any:
        return Case.objects.open().filter(hidden_by_rule_at__gte=timezone.now() - REPORTED_AFTER)

    def can_be_looked_at(self, thing: Post) -> bool:
        return thing.is_published

    def hide_by_rule(self, thing: Post) -> bool:
        return content.withdraw_post(thing, to=State.HIDDEN, by=None)

    def may_withdraw(self, case: Case) -> bool:
        """Not the case of a change that was approved and is just being published."""
        return case.edit is None or case.edit.state != PendingEdit.State.APPROVED

    def count_of(self, person: Membership) -> Counted:
        own = Post.objects.by(person.pk)
        return Counted(
            own.filter(state=State.PUBLISHED).count(),
            own.filter(state__in=(State.HIDDEN, State.REMOVED)).count(),
        )


def is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


TEXT = TextSubject()
register_subject(TEXT)
