"""What a moderator may do with a text, and how its words depend on what waits."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from communities.content import services as content
from communities.content.models import Post, State
from communities.models import Membership
from moderation.exceptions import NothingToDecide
from moderation.models import Case, Decision
from moderation.permissions import (
    can_approve_post,
    can_hide_pending_review,
    can_reject_post,
    can_remove_post,
    can_restore_removed_post,
)
from moderation.subjects.acts import Act, Order
from moderation.subjects.words import Sentence
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
        effect=gettext_lazy("Readers no longer see the text."),
        answer=gettext_lazy("The text was removed."),
    ),
    Act(
        name=Name.REFUSE,
        done=Name.REFUSE.label,
        label=gettext_lazy("Do not publish"),
        key="r",
        outcome=Outcome.REFUSED,
        may=may_refuse,
        does=refuse,
        about=_about_refusing,
        bad=True,
        needs_ground=True,
        headline=gettext_lazy("Your text was not published"),
        effect=gettext_lazy("Only you can see the text."),
        advice=gettext_lazy("Change your text and send it again."),
        answer=gettext_lazy("The text was not published."),
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
