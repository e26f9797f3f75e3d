"""What members do about themselves: how they are seen, what they prefer, leaving."""

from __future__ import annotations

from typing import Any

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from communities.content.images import PORTRAIT_WIDTHS, delete_picture, store_portrait
from communities.content.models import Redirect, SpaceAuthor, Subscription
from communities.exceptions import NotAllowed
from communities.launch.exceptions import HandleTaken
from communities.launch.services import FORMER
from communities.models import Community, Membership
from communities.people.exceptions import LastOwner
from communities.people.queries import member_path
from communities.people.tasks import delete_posts
from communities.signals import naming

PORTRAITS = "public/portraits"


@transaction.atomic
def edit_profile(
    membership: Membership,
    *,
    by: Membership,
    handle: str,
    portrait: File[Any] | None = None,
    drawing: str = "",
    remove_portrait: bool = False,
    **texts: str,
) -> Membership:
    """Change what others see of a member: `texts` are display_name, headline, place, bio.

    A changed handle redirects from the former one. Raises NotAllowed, HandleTaken, UploadRefused, and what refuses
    the words.
    """
    # A name and a few words about oneself are read by everybody: who may only read writes them no more.
    if by.pk != membership.pk or not by.can_write:
        raise NotAllowed
    former, old_picture = membership.handle, membership.portrait
    for name, text in texts.items():
        setattr(membership, name, text)
    membership.handle = handle
    naming.send(sender=Membership, membership=membership, words=[handle, *texts.values()])
    if drawing:
        membership.drawing = drawing
    if portrait is not None:
        membership.portrait = store_portrait(portrait, folder=PORTRAITS).path
    elif remove_portrait:
        membership.portrait = ""
    try:
        with transaction.atomic():
            membership.save(update_fields=[*texts, "handle", "drawing", "portrait"])
    except IntegrityError as error:
        raise HandleTaken from error
    if handle != former:
        _lead_on(former, handle)
    if old_picture and old_picture != membership.portrait:
        transaction.on_commit(lambda: delete_picture(_files_of(old_picture)))
    return membership


@transaction.atomic
def leave_community(membership: Membership, *, by: Membership, delete: bool = False) -> bool:
    """End a membership. What was written stays under "Former member", or is deleted by a job.

    The row keeps the account, so that one can come back; everything that tells who it was goes. False when
    the person had left already. Raises NotAllowed, LastOwner.
    """
    membership = Membership.objects.select_for_update().get(pk=membership.pk)
    if by.pk != membership.pk:
        raise NotAllowed
    if membership.status == Membership.Status.LEFT:
        return False
    community = Community.objects.select_for_update().get(pk=membership.community_id)
    if is_last_owner(membership):
        raise LastOwner
    picture, handle = membership.portrait, membership.handle
    _forget_person(membership, community)
    Redirect.objects.filter(target=member_path(handle)).delete()
    SpaceAuthor.objects.filter(membership=membership).delete()
    Subscription.objects.filter(membership=membership).delete()
    Community.objects.filter(pk=community.pk, member_count__gt=0).update(member_count=F("member_count") - 1)
    if picture:
        transaction.on_commit(lambda: delete_picture(_files_of(picture)))
    if delete:
        delete_posts.delay_on_commit(community_id=community.pk, membership_id=membership.pk)
    return True


def is_last_owner(membership: Membership) -> bool:
    if membership.role != Membership.Role.OWNER:
        return False
    owners = Membership.objects.active().in_role(Membership.Role.OWNER)
    return not owners.exclude(pk=membership.pk).exists()


def _forget_person(membership: Membership, community: Community) -> None:
    with translation.override(community.language):
        membership.display_name = _("Former member")
    membership.handle = f"{FORMER}{membership.pk}"
    membership.role = Membership.Role.MEMBER
    membership.status = Membership.Status.LEFT
    membership.trust_level = 0
    membership.portrait = membership.drawing = membership.headline = membership.place = membership.bio = ""
    membership.profile = {}
    membership.seen_at = timezone.now()
    membership.save()


def _lead_on(former: str, handle: str) -> None:
    old, new = member_path(former), member_path(handle)
    Redirect.objects.filter(path=new).delete()
    Redirect.objects.filter(target=old).update(target=new)
    Redirect.objects.update_or_create(path=old, defaults={"target": new})


def _files_of(portrait: str) -> list[str]:
    """A portrait’s file and its smaller sizes beside it."""
    folder = portrait.rpartition("/")[0]
    return [portrait, *(f"{folder}/{width}.webp" for width in PORTRAIT_WIDTHS)]
