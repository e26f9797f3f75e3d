"""Asking customers whether they are presented, their answer, and the order in which they stand.

What is shown changes at once: everybody’s memory is told when the transaction ends.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.exceptions import NotAllowed
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.notifications.services import tell
from communities.promotions.customers.exceptions import CustomerError, HasDeclined
from communities.promotions.customers.models import CustomerStory
from communities.promotions.customers.notices import CustomerAsked, about_story
from communities.promotions.permissions import can_edit_placement

# All of them stand on one page.
MOST_STORIES = 60


@transaction.atomic
def ask_customer(
    handle: str, *, by: Membership, company: str = "", quote: str, target: str = ""
) -> CustomerStory:
    """Ask a member whether they are presented with these words, at the end of the others.

    Raises NotAllowed, and CustomerError with the sentence that says why not.
    """
    _hold(by)
    person: Membership | None = Membership.objects.shown().with_handle(handle).first()
    if person is None:
        raise CustomerError(_("No member has this handle."), field="handle")
    known: CustomerStory | None = CustomerStory.objects.filter(person=person).first()
    if known is not None:
        said = _("They have already been asked.") if known.declined_at is None else str(HasDeclined.message)
        raise CustomerError(said, field="handle")
    if CustomerStory.objects.count() >= MOST_STORIES:
        raise CustomerError(_("There are %(most)s already: remove one first.") % {"most": MOST_STORIES})
    last = CustomerStory.objects.aggregate(last=Max("place"))["last"]
    story: CustomerStory = CustomerStory.objects.create(
        person=person,
        company=company,
        quote=quote,
        target=target,
        place=0 if last is None else last + 1,
        asked_by=by,
    )
    tell(CustomerAsked, [person.pk], about_story(story))
    return story


@transaction.atomic
def change_customer(story: CustomerStory, *, by: Membership, company: str, quote: str, target: str) -> bool:
    """Other words: they are shown no more, and asked about anew; False where nothing is other.

    Raises NotAllowed, HasDeclined.
    """
    _hold(by)
    story = CustomerStory.objects.select_for_update(of=("self",)).get(pk=story.pk)
    if story.declined_at is not None:
        raise HasDeclined
    if (story.company, story.quote, story.target) == (company, quote, target):
        return False
    story.company, story.quote, story.target = company, quote, target
    story.agreed_at, story.asked_at, story.asked_by = None, timezone.now(), by
    story.save()
    tell(CustomerAsked, [story.person_id], about_story(story))
    transaction.on_commit(forget_all)
    return True


@transaction.atomic
def answer_as_customer(*, by: Membership, agrees: bool) -> bool:
    """Agree to be presented, or not, or no longer: then the words are gone at once. Also while one may only read.
    False where nobody asks. Raises NotAllowed."""
    if not by.is_active:
        raise NotAllowed
    story: CustomerStory | None = (
        CustomerStory.objects.select_for_update(of=("self",)).filter(person=by).first()
    )
    if story is None:
        return False
    now = timezone.now()
    if agrees and story.agreed_at is None:
        story.agreed_at, story.declined_at = now, None
    elif not agrees and story.declined_at is None:
        story.agreed_at, story.declined_at = None, now
    story.save(update_fields=["agreed_at", "declined_at"])
    transaction.on_commit(forget_all)
    return True


@transaction.atomic
def remove_customer(story: CustomerStory, *, by: Membership) -> None:
    """Present somebody no more, or ask them no more. One who has said no stays, so that nobody asks again.

    Raises NotAllowed, HasDeclined.
    """
    _hold(by)
    story = CustomerStory.objects.select_for_update(of=("self",)).get(pk=story.pk)
    if story.declined_at is not None:
        raise HasDeclined
    story.delete()
    transaction.on_commit(forget_all)


@transaction.atomic
def move_customer(story: CustomerStory, *, by: Membership, up: bool) -> None:
    """One place up or down among all of them. Raises NotAllowed."""
    _hold(by)
    rows = list(CustomerStory.objects.order_by("place", "pk"))
    at = next((n for n, row in enumerate(rows) if row.pk == story.pk), None)
    if at is None:
        return
    to = at - 1 if up else at + 1
    if not 0 <= to < len(rows):
        return
    rows[at], rows[to] = rows[to], rows[at]
    for place, row in enumerate(rows):
        row.place = place
    CustomerStory.objects.bulk_update(rows, ["place"])
    transaction.on_commit(forget_all)


def _hold(by: Membership) -> None:
    """Two who ask or order at once do so one after the other. Raises NotAllowed."""
    if not can_edit_placement(by):
        raise NotAllowed
    Community.objects.select_for_update(of=("self",), no_key=True).get(pk=by.community_id)
