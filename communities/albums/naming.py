"""Naming people in photographs: they are asked, and say yes or no, whenever they like."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.albums.exceptions import NotAsked
from communities.albums.models import Likeness, Photo
from communities.albums.permissions import FEATURE, can_ask_person, can_take_name_away
from communities.albums.telling import tell_person_asked
from communities.content.models import Post
from communities.content.viewers import people_who_read, refuse_closed_space
from communities.exceptions import NotAllowed
from communities.launch.features import refuse_closed
from communities.limits import Limited, count_act
from communities.models import Membership

# So many people are asked about one photograph; a group is not named one by one.
MOST_PEOPLE = 30


@transaction.atomic
def ask_person(post: Post, *, by: Membership, handle: str) -> Likeness:
    """Ask somebody whether they are named in a photograph; whoever asks about themselves has agreed.

    Raises NotAllowed, NotAsked with the sentence that says why not, TooFast.
    """
    refuse_closed(by, FEATURE)
    if not can_ask_person(by, post):
        raise NotAllowed
    refuse_closed_space(by, post.thread.space)
    photo = Photo.objects.select_for_update(of=("self",)).get(pk=post.pk)
    person = _person(post, by, handle)
    known = Likeness.objects.filter(photo=photo)
    if known.filter(person=person).exists():
        raise NotAsked(_("They were asked about this photograph already."), field="handle")
    if known.count() >= MOST_PEOPLE:
        raise NotAsked(_("Nobody else can be named in this photograph."), field="handle")
    count_act(by, Limited.EDIT)
    agreed = {"state": Likeness.State.NAMED, "answered_at": timezone.now()} if person.pk == by.pk else {}
    try:
        with transaction.atomic():
            likeness: Likeness = Likeness.objects.create(photo=photo, person=person, asked_by=by, **agreed)
    except IntegrityError:
        raise NotAsked(_("They were asked about this photograph already."), field="handle") from None
    if not agreed:
        tell_person_asked(likeness, post)
    return likeness


def _person(post: Post, by: Membership, handle: str) -> Membership:
    """Whom a handle means: a member who can see the photograph. Nobody learns who reads a space and who does not."""
    person: Membership | None = Membership.objects.active().with_handle(handle).first()
    reads = person is not None and (
        person.pk == by.pk or bool(people_who_read(post.thread.space, [person.pk]))
    )
    if person is None or not reads:
        raise NotAsked(_("No member with this handle reads this album."), field="handle")
    return person


@transaction.atomic
def answer_asking(likeness: Likeness, *, by: Membership, named: bool) -> None:
    """Agree to be named, or not, or no longer. Whoever may only read may, too. Raises NotAllowed."""
    if likeness.person_id != by.pk or not by.is_active:
        raise NotAllowed
    state = Likeness.State.NAMED if named else Likeness.State.REFUSED
    Likeness.objects.filter(pk=likeness.pk).exclude(state=state).update(
        state=state, answered_at=timezone.now()
    )


@transaction.atomic
def take_name_away(likeness: Likeness, *, post: Post, by: Membership) -> None:
    """Whose photograph it is asks no longer, or names somebody no longer; while they may only read, too. One that
    was refused stays, so that nobody asks again. Raises NotAllowed."""
    if likeness.photo_id != post.pk or not can_take_name_away(by, post):
        raise NotAllowed
    Likeness.objects.filter(pk=likeness.pk).exclude(state=Likeness.State.REFUSED).delete()
