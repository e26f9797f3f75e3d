"""What members change about themselves: profile, preferences, leaving."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from communities.content.images import PORTRAIT_POINT, PORTRAIT_WIDTHS, delete_picture, store_portrait
from communities.content.models import Redirect
from communities.exceptions import NotAllowed
from communities.languages import spoken
from communities.launch.exceptions import HandleTaken
from communities.launch.services import FORMER, is_free
from communities.limits import Limited, count_act
from communities.models import Community, Membership, give_up
from communities.people.departing import depart_at_once, leaver_of
from communities.people.exceptions import LastOwner
from communities.people.fields.defined import fields_here
from communities.people.fields.kinds import VERIFIED
from communities.people.fields.showing import own_words
from communities.people.queries import member_path
from communities.people.tasks import carry_out_leaving
from communities.queries import locked_community
from communities.roles import is_last_owner
from communities.signals import member_left, naming
from members.personal import Departure

PORTRAITS = "public/portraits"
# Where the files of a portrait wait that moderation took away: nothing serves them.
WITHDRAWN = "withdrawn/"
_SAID = ("portrait", "headline", "place", "bio", "profile")


@transaction.atomic
def edit_profile(
    membership: Membership,
    *,
    by: Membership,
    handle: str,
    portrait: File[Any] | None = None,
    portrait_point: tuple[int, int] = PORTRAIT_POINT,
    drawing: str | None = "",
    remove_portrait: bool = False,
    answers: Mapping[str, Any] | None = None,
    **texts: str,
) -> Membership:
    """Change what others see of a member: `texts` are display_name, headline, place, bio; `answers` to profile fields
    by their keys, None for one that is taken back; `portrait_point` is what stays of a new picture in its square;
    `drawing` is the drawn portrait chosen, "" for the one that is there, None for none. A changed handle redirects
    from the former one. Raises NotAllowed, TooFast, HandleTaken, UploadRefused, and what refuses the words.
    """
    # A name and a few words about oneself are read by everybody: read-only members cannot change them.
    if by.pk != membership.pk or not by.can_write:
        raise NotAllowed
    count_act(by, Limited.EDIT)
    former, old_picture = membership.handle, membership.portrait
    for name, text in texts.items():
        setattr(membership, name, text)
    membership.handle = handle
    membership.profile = _with_answers(membership, answers or {})
    said = own_words(membership.profile, fields_here().values())
    naming.send(sender=Membership, membership=membership, words=[handle, *texts.values(), *said])
    if drawing != "":
        membership.drawing = drawing or ""
    if portrait is not None:
        _take_portrait(membership, portrait, portrait_point, by=by)
    elif remove_portrait:
        membership.portrait = ""
    _store_named(membership, [*texts, "handle", "drawing", "portrait", "profile"], former)
    if old_picture and old_picture != membership.portrait:
        transaction.on_commit(lambda: delete_picture(_files_of(old_picture)))
    return membership


def _take_portrait(
    membership: Membership, portrait: File[Any], point: tuple[int, int], *, by: Membership
) -> None:
    count_act(by, Limited.UPLOAD)
    membership.portrait = store_portrait(portrait, folder=PORTRAITS, point=point).path


def _store_named(membership: Membership, columns: list[str], former: str) -> None:
    """Raises HandleTaken for a new handle that somebody has or had."""
    is_renamed = membership.handle != former
    if is_renamed and not is_free(membership.handle, own=membership):
        raise HandleTaken
    try:
        with transaction.atomic():
            membership.save(update_fields=columns)
    except IntegrityError as error:
        raise HandleTaken from error
    if is_renamed:
        give_up([former], membership)
        lead_on(former, membership.handle)


def _with_answers(membership: Membership, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The profile as it is stored now, which the team changes too, with these answers in it."""
    rows = Membership.objects.select_for_update(of=("self",), no_key=True).filter(pk=membership.pk)
    profile = {**rows.values_list("profile", flat=True).get(), **answers}
    return {key: value for key, value in profile.items() if value is not None}


@transaction.atomic
def leave_community(membership: Membership, *, by: Membership, delete: bool = False) -> bool:
    """End a membership. What was written stays under "Former member", or is deleted; a job does the long part.

    The row keeps its account, so that the person can come back; whatever identifies them goes, and the models say
    what happens to the rest (`members/personal.py`). False when the person had left already. Raises NotAllowed,
    LastOwner.
    """
    community = locked_community(membership.community_id)
    membership = Membership.objects.select_for_update().get(pk=membership.pk)
    if by.pk != membership.pk:
        raise NotAllowed
    if membership.status == Membership.Status.LEFT:
        return False
    if is_last_owner(membership):
        raise LastOwner
    departure = Departure.LEAVING_WITH_TEXTS if delete else Departure.LEAVING
    _end(membership, community, departure, by_themselves=True)
    return True


@transaction.atomic
def end_membership(membership: Membership) -> None:
    """End a locked membership as leaving does, for the team, whose services ask who may and lock the community before
    the membership; texts stay."""
    community = locked_community(membership.community_id)
    if is_last_owner(membership):
        raise LastOwner
    _end(membership, community, Departure.LEAVING)


def _end(
    membership: Membership, community: Community, departure: Departure, *, by_themselves: bool = False
) -> None:
    was_active = membership.is_active and not membership.unclaimed
    of_own_accord = by_themselves and was_active and not membership.is_staff
    handles = _take_handles(membership)
    forget_person(membership, community)
    member_left.send(sender=Membership, membership=membership, of_own_accord=of_own_accord)
    if was_active:
        Community.objects.filter(pk=community.pk, member_count__gt=0).update(
            member_count=F("member_count") - 1
        )
    _obey_models(membership, departure, handles)


def _take_handles(membership: Membership) -> list[str]:
    """The handles under which others named somebody, the former ones too; none of them leads here any more."""
    leading = Redirect.objects.filter(target=member_path(membership.handle))
    former = [path.strip("/").rpartition("/")[2] for path in leading.values_list("path", flat=True)]
    leading.delete()
    # Nobody else is ever called so: what was written to and about them stays theirs.
    if not membership.handle.startswith(FORMER):
        give_up([membership.handle], membership)
    return [membership.handle, *former]


def _obey_models(membership: Membership, departure: Departure, handles: list[str]) -> None:
    assert membership.seen_at is not None  # it says when they left
    if depart_at_once(leaver_of(membership, departure, handles=handles)):
        carry_out_leaving.delay_on_commit(
            community_id=membership.community_id,
            membership_id=membership.pk,
            departure=departure.value,
            handles=handles,
            left_at=membership.seen_at.isoformat(),
        )


def locked_member(membership_id: int) -> Membership:
    """Nobody else changes what moderation judges until the transaction ends."""
    found: Membership = Membership.objects.select_for_update(of=("self",), no_key=True).get(pk=membership_id)
    return found


@transaction.atomic
def clear_profile(person: Membership) -> None:
    """Clear what a profile says apart from name and handle; moderation decides who may do so, and keeps the words.

    The files of the portrait leave the public folder, and can be put back.
    """
    picture = person.portrait
    person.portrait = person.headline = person.place = person.bio = ""
    # That a file was verified is the team’s word, not theirs.
    person.profile = {key: value for key, value in person.profile.items() if value == VERIFIED}
    person.save(update_fields=_SAID)
    if picture:
        _copy_files(picture, f"{WITHDRAWN}{picture}")
        transaction.on_commit(lambda: delete_picture(_files_of(picture)))


@transaction.atomic
def put_back_profile(person: Membership, former: dict[str, Any]) -> None:
    """What `profile_of` said before it was cleared; what its owner wrote since stays."""
    for name in ("headline", "place", "bio"):
        setattr(person, name, getattr(person, name) or former.get(name, ""))
    cleared = {key: value for key, value in former.get("fields", {}).items() if value != VERIFIED}
    person.profile = cleared | person.profile
    picture = former.get("portrait", "")
    if picture and not person.portrait and default_storage.exists(f"{WITHDRAWN}{picture}"):
        person.portrait = picture
        _copy_files(f"{WITHDRAWN}{picture}", picture)
        forget_withdrawn_portrait(picture)
    person.save(update_fields=_SAID)


def forget_withdrawn_portrait(picture: str) -> None:
    """Delete the files that wait since `picture` was taken away; those that are gone are no error."""
    waiting = _files_of(f"{WITHDRAWN}{picture}")
    transaction.on_commit(lambda: delete_picture(waiting))


def _copy_files(source: str, target: str) -> None:
    for path, to in zip(_files_of(source), _files_of(target), strict=True):
        if default_storage.exists(path) and not default_storage.exists(to):
            with default_storage.open(path) as file:
                default_storage.save(to, file)


def forget_person(membership: Membership, community: Community) -> None:
    """Empty the row of a membership that ends: whatever identifies a person goes, and its picture."""
    picture = membership.portrait
    if picture:
        transaction.on_commit(lambda: delete_picture(_files_of(picture)))
    with translation.override(spoken(community.language, community.address_form)):
        membership.display_name = _("Former member")
    membership.handle = f"{FORMER}{membership.pk}"
    membership.role, membership.role_until, membership.role_spaces = Membership.Role.MEMBER, None, []
    membership.status = Membership.Status.LEFT
    membership.trust_level = 0
    membership.portrait = membership.drawing = membership.headline = membership.place = membership.bio = ""
    membership.profile = {}
    membership.seen_at = timezone.now()
    membership.save()


def lead_on(former: str, handle: str) -> None:
    """Let the page of a former handle, and of those before it, lead to the page of another."""
    old, new = member_path(former), member_path(handle)
    Redirect.objects.filter(path=new).delete()
    Redirect.objects.filter(target=old).update(target=new)
    # With what stands below it: feeds are subscribed to by their address.
    Redirect.objects.update_or_create(path=old, defaults={"target": new, "below": True})


def _files_of(portrait: str) -> list[str]:
    """A portrait’s file and its smaller sizes beside it."""
    folder = portrait.rpartition("/")[0]
    return [portrait, *(f"{folder}/{width}.webp" for width in PORTRAIT_WIDTHS)]
