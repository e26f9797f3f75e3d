"""Inviting somebody to sign an article, their answer, and taking a name off again.

Each act holds the thread first, so that of two that meet the second one sees what the first has done.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.blogs.models import ARTICLE, Article, CoAuthor
from communities.blogs.together.exceptions import InvitationGone, TogetherError
from communities.blogs.together.models import CoAuthorInvitation
from communities.blogs.together.notices import CoAuthorAnswered, CoAuthorAsked, CoAuthorTakenOff
from communities.blogs.together.permissions import can_invite_co_author, can_sign, can_take_off
from communities.content.models import Thread
from communities.content.services import mark_changed
from communities.exceptions import NotAllowed
from communities.limits import Limited, count_act
from communities.models import Membership
from communities.notices import About
from communities.notifications.services import tell
from communities.queries import communities_by_id, hold_member, local_path
from communities.signals import thread_edited

# Signed and invited, beside the first author.
MOST_CO_AUTHORS = 8


@transaction.atomic
def invite_co_author(thread: Thread, *, by: Membership, person: Membership) -> CoAuthorInvitation:
    """Ask somebody to sign an article with those who do; they are told, and nothing of them shows until they agree.
    Asked twice, the first invitation.

    Raises NotAllowed, TooFast, and TogetherError for who signs already, has declined or does not read the blog, and for
    more than fit.
    """
    hold_member(by)
    thread = _held(thread)
    if not can_invite_co_author(by, thread):
        raise NotAllowed
    name = {"name": person.display_name}
    article, _is_new = Article.objects.get_or_create(thread=thread)
    signed = CoAuthor.objects.filter(article=article)
    if person.pk == thread.author_id or signed.filter(membership=person).exists():
        raise TogetherError(_("%(name)s signs this article already.") % name)
    invited = CoAuthorInvitation.objects.filter(article=article)
    former: CoAuthorInvitation | None = invited.filter(membership=person).first()
    if former is not None and former.waits:
        return former
    if former is not None:
        raise TogetherError(_("%(name)s has declined to sign this article.") % name)
    if signed.count() + invited.filter(declined_at=None).count() >= MOST_CO_AUTHORS:
        raise TogetherError(_("An article has %(most)s co-authors at most.") % {"most": MOST_CO_AUTHORS})
    community = communities_by_id.get(thread.community_id)
    if community is None or not can_sign(person, thread, community):
        raise TogetherError(_("%(name)s cannot write in this blog, or does not read it.") % name)
    count_act(by, Limited.EDIT)
    invitation: CoAuthorInvitation = CoAuthorInvitation.objects.create(
        article=article, membership=person, invited_by=by
    )
    tell(CoAuthorAsked, [person.pk], _about(thread, by, f"{invitation.pk}"))
    return invitation


@transaction.atomic
def agree_to_sign(thread: Thread, *, by: Membership) -> bool:
    """Sign an article as one was asked to: from now on one’s name stands under it, and one writes in it. False where
    it does already.

    Raises NotAllowed, InvitationGone.
    """
    hold_member(by)
    thread = _held(thread)
    if not by.can_write:
        raise NotAllowed
    signed = CoAuthor.objects.filter(article_id=thread.pk)
    invitation = CoAuthorInvitation.objects.filter(article_id=thread.pk, membership=by).first()
    if invitation is None:
        if signed.filter(membership=by).exists():
            return False
        raise InvitationGone
    if not invitation.waits:
        # Whoever writes the article has gone on without them: they are asked again first (`let_ask_again`).
        raise InvitationGone
    place = signed.aggregate(last=Max("place"))["last"]
    CoAuthor.objects.create(
        article_id=thread.pk, membership=by, place=0 if place is None else min(place + 1, 32_767)
    )
    asked_by = invitation.invited_by_id
    number = invitation.pk
    invitation.delete()
    _mark_signed_anew(thread, by)
    _tell_answer(thread, by, asked_by, f"{number} signed")
    return True


@transaction.atomic
def decline_to_sign(thread: Thread, *, by: Membership) -> bool:
    """Not sign an article; nobody asks again, unless they let them. False where one had said so already.

    Raises NotAllowed, InvitationGone.
    """
    thread = _held(thread)
    if not by.is_active:
        raise NotAllowed
    invitation = CoAuthorInvitation.objects.filter(article_id=thread.pk, membership=by).first()
    if invitation is None:
        raise InvitationGone
    if not invitation.waits:
        return False
    invitation.declined_at = timezone.now()
    invitation.save(update_fields=["declined_at"])
    _tell_answer(thread, by, invitation.invited_by_id, f"{invitation.pk} declined")
    return True


@transaction.atomic
def let_ask_again(thread: Thread, *, by: Membership) -> bool:
    """Whoever has declined may be asked once more: who had asked, and the first author, are told, and decide. False
    where they have not declined. Raises NotAllowed."""
    thread = _held(thread)
    if not by.is_active:
        raise NotAllowed
    invitation = CoAuthorInvitation.objects.filter(article_id=thread.pk, membership=by).first()
    if invitation is None or invitation.waits:
        return False
    asked_by, number = invitation.invited_by_id, invitation.pk
    invitation.delete()
    _tell_answer(thread, by, asked_by, f"{number} again")
    return True


@transaction.atomic
def withdraw_invitation(thread: Thread, *, by: Membership, person: int) -> bool:
    """Ask somebody no more who has not answered; False where they have. Raises NotAllowed."""
    thread = _held(thread)
    if not can_invite_co_author(by, thread):
        raise NotAllowed
    waiting = CoAuthorInvitation.objects.filter(article_id=thread.pk, membership=person, declined_at=None)
    return bool(waiting.delete()[0])


@transaction.atomic
def take_off_co_author(thread: Thread, *, by: Membership, person: int) -> bool:
    """Take a name off an article, one’s own or another’s, who is told; they write in it no more. False where it does
    not stand there.

    Raises NotAllowed.
    """
    thread = _held(thread)
    if not can_take_off(by, thread, person):
        raise NotAllowed
    gone = CoAuthor.objects.filter(article_id=thread.pk, membership=person).first()
    if gone is None:
        return False
    number = gone.pk
    gone.delete()
    _mark_signed_anew(thread, by)
    if person != by.pk:
        tell(CoAuthorTakenOff, [person], _about(thread, by, f"{number} off"))
    return True


def _held(thread: Thread) -> Thread:
    """As it is stored now, and nobody else’s until the transaction ends. Raises NotAllowed for another kind."""
    held: Thread = Thread.objects.select_for_update(of=("self",)).select_related("space").get(pk=thread.pk)
    if held.kind != ARTICLE:
        raise NotAllowed
    return held


def _mark_signed_anew(thread: Thread, by: Membership) -> None:
    """Who reads it meanwhile reads other names; a moderator looks again."""
    mark_changed(thread)
    if thread.is_published:
        thread_edited.send(sender=Thread, thread=thread, by=by)


def _tell_answer(thread: Thread, by: Membership, asked_by: int | None, occasion: str) -> None:
    """Who asked, and the first author."""
    people = sorted({pk for pk in (asked_by, thread.author_id) if pk is not None} - {by.pk})
    tell(CoAuthorAnswered, people, _about(thread, by, occasion))


def _about(thread: Thread, by: Membership, occasion: str) -> About:
    # A line with a path is not read by reading the thread: it is about a page of its own.
    return About(
        thread=thread,
        actor=by,
        path=local_path(thread.get_absolute_url()),
        occasion=f"{thread.pk} {occasion}",
    )
