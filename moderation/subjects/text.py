"""Texts: what members write, whatever kind of thread it stands in. Held, reported, hidden, removed, put back."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from communities.content import services as content
from communities.content.models import PendingEdit, Post, State, Thread
from communities.content.services.judging import locked
from communities.content.showing.reading import follower_count
from communities.content.text.extracts import excerpt, plain_text
from communities.content.viewers import viewer_of
from communities.content.views.posts import address_of
from communities.middleware import CommunityRequest, MemberRequest
from communities.models import Membership
from moderation.exceptions import NothingToDecide
from moderation.models import Case, Decision
from moderation.permissions import (
    can_approve_post,
    can_hide_pending_review,
    can_reject_post,
    can_remove_post,
    can_report_content,
    can_restore_removed_post,
)
from moderation.subjects.acts import Act, Order
from moderation.subjects.base import Counted, FirstWords, Judged, Subject, register_subject
from moderation.subjects.text_page import case_context
from moderation.subjects.words import Sentence, Words
from moderation.vocabulary import Act as Name
from moderation.vocabulary import Outcome

_WAITING = (Case.Kind.HELD, Case.Kind.EDIT)


def may_approve(by: Membership, case: Case, post: Post, _last: Decision | None) -> bool:
    # A changed text cannot appear while the post itself is withdrawn.
    stuck = case.kind == Case.Kind.EDIT and not post.is_published
    return case.is_open and not stuck and can_approve_post(by, case)


def may_refuse(by: Membership, case: Case, _post: Post, _last: Decision | None) -> bool:
    return case.is_open and case.kind in _WAITING and can_reject_post(by, case)


def may_hide(by: Membership, case: Case, _post: Post, _last: Decision | None) -> bool:
    return case.is_open and case.kind not in _WAITING and can_hide_pending_review(by, case)


def may_remove(by: Membership, case: Case, _post: Post, _last: Decision | None) -> bool:
    return case.is_open and case.kind not in _WAITING and can_remove_post(by, case)


def may_restore(by: Membership, case: Case, post: Post, last: Decision | None) -> bool:
    withdrawn = post.state in (State.HIDDEN, State.REMOVED)
    return not case.is_open and withdrawn and can_restore_removed_post(by, case, last)


def approve(order: Order) -> str | None:
    """Publish what waited, put back what the rule hid, leave the rest as it is."""
    case, post = order.case, order.thing
    if case.kind == Case.Kind.EDIT:
        _settle(case.edit is not None and content.apply_edit(case.edit, by=order.by))
    elif case.kind == Case.Kind.HELD:
        _settle(content.approve_post(post, by=order.by))
    elif post.state == State.HIDDEN:
        content.reinstate_post(post, by=order.by)
        return Name.RESTORE
    return None


def refuse(order: Order) -> None:
    case, post = order.case, order.thing
    if case.kind == Case.Kind.EDIT:
        _settle(case.edit is not None and content.refuse_edit(case.edit))
    else:
        _settle(content.withdraw_post(post, to=State.REMOVED, by=order.by, ground=order.ground))


def hide(order: Order) -> None:
    _withdraw(order, State.HIDDEN)


def remove(order: Order) -> None:
    _withdraw(order, State.REMOVED)


def restore(order: Order) -> None:
    content.reinstate_post(order.thing, by=order.by)


def _withdraw(order: Order, to: str) -> None:
    post = order.thing
    if not content.withdraw_post(post, to=to, by=order.by, ground=order.ground):
        # Hidden by the rule already: the rule that a person names goes with it.
        Post.objects.filter(pk=post.pk, state=to).update(ground=order.ground[:12])


def _settle(done: bool) -> None:
    if not done:
        raise NothingToDecide


def _approve_label(case: Case, post: Post) -> Sentence:
    if case.kind in _WAITING:
        return _("Publish")
    return pgettext("verb", "Put back") if post.state == State.HIDDEN else _("Leave up")


def _hide_label(_case: Case, post: Post) -> Sentence:
    return _("Keep hidden") if post.state == State.HIDDEN else _("Hide")


def _about_refusing(case: Case, _post: Post) -> Sentence:
    return _("The former text stays.") if case.kind == Case.Kind.EDIT else _("Only its author keeps it.")


ACTS = (
    Act(
        name=Name.APPROVE,
        done=Name.APPROVE.label,
        label=gettext_lazy("Let it be read"),
        key="a",
        outcome=Outcome.APPROVED,
        may=may_approve,
        does=approve,
        becomes=Name.RESTORE,
        offer=_approve_label,
    ),
    Act(
        name=Name.HIDE,
        done=Name.HIDE.label,
        label=gettext_lazy("Hide"),
        key="h",
        outcome=Outcome.HIDDEN,
        may=may_hide,
        does=hide,
        offer=_hide_label,
        about=gettext_lazy("It can come back as it was."),
        needs_ground=True,
        headline=gettext_lazy("Your text is hidden"),
        effect=gettext_lazy("Readers see a line in its place, until it is decided again."),
        answer=gettext_lazy("The text is hidden."),
    ),
    Act(
        name=Name.REMOVE,
        done=Name.REMOVE.label,
        label=gettext_lazy("Remove"),
        key="r",
        outcome=Outcome.REMOVED,
        may=may_remove,
        does=remove,
        about=gettext_lazy("A line says that it was here."),
        bad=True,
        needs_ground=True,
        headline=gettext_lazy("Your text was removed"),
        effect=gettext_lazy("Readers do not see the text any more."),
        answer=gettext_lazy("The text was removed."),
    ),
    Act(
        name=Name.REFUSE,
        done=Name.REFUSE.label,
        label=gettext_lazy("Do not publish"),
        key="r",
        outcome=Outcome.REMOVED,
        may=may_refuse,
        does=refuse,
        about=_about_refusing,
        bad=True,
        needs_ground=True,
        headline=gettext_lazy("Your text was not published"),
        effect=gettext_lazy("Only you can see the text."),
        advice=gettext_lazy("Change your text and send it again."),
        answer=gettext_lazy("The text was removed."),
    ),
    Act(
        name=Name.RESTORE,
        done=Name.RESTORE.label,
        label=gettext_lazy("Restore"),
        key="a",
        outcome=Outcome.RESTORED,
        may=may_restore,
        does=restore,
        about=gettext_lazy("With its date and its replies."),
        needs_reason=True,
        headline=gettext_lazy("Your text is back in its place"),
        effect=gettext_lazy("We were wrong. It has its date and its replies again. Our apologies."),
    ),
)


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

    def locked(self, case: Case) -> Post | None:
        return locked(case.post) if case.post else None

    def attach(self, case: Case, thing: Post) -> None:
        case.post = thing

    def title_of(self, thing: Post) -> str:
        return thing.thread.title

    def author_of(self, thing: Post) -> Membership | None:
        return thing.author

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

    def text_of(self, thing: Post) -> str:
        return plain_text(thing.body_html)

    def revision_of(self, thing: Post) -> int:
        return thing.revision_count

    def judged(self, case: Case, thing: Post, *, act: str, last: Decision | None = None) -> Judged:
        edit = case.edit
        shown = edit if edit is not None and act == Name.REFUSE else thing
        return Judged(plain_text(shown.body_html), case.title, thing.published_at or thing.created_at)

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
        return post if readable else None

    def find_for_team(self, request: MemberRequest, key: str) -> Post | None:
        post: Post | None = Post.objects.filter(public_id=key).select_related("thread__space").first()
        looked_after = viewer_of(request).staff_space_ids
        return post if post is not None and post.thread.space_id in looked_after else None

    def find_decisions(self, key: str) -> Q | None:
        return Q(case__post__public_id=key) if is_uuid(key) else None

    def can_report(self, by: Membership | None, thing: Post) -> bool:
        return can_report_content(by, thing)

    def can_be_looked_at(self, thing: Post) -> bool:
        return thing.is_published

    def hide_by_rule(self, thing: Post) -> bool:
        return content.withdraw_post(thing, to=State.HIDDEN, by=None)

    def may_withdraw(self, case: Case) -> bool:
        """A change that is being published is not taken back by what it replaces."""
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
