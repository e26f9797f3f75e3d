from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone

from analytics.roi.closing import closed_months
from analytics.roi.exceptions import MonthClosed, NameTaken
from analytics.roi.keys import email_key
from analytics.roi.models import Click, Lead, LedgerEntry, Measure, Offer
from analytics.roi.models.offers import LeadQuerySet
from analytics.roi.permissions import can_edit_results
from analytics.roi.services.valuing import Rates, lead_line, upsert
from communities.calendar import day_of
from communities.exceptions import NotAllowed
from communities.models import Community, Membership
from members.personal import Departure, Leaver

# The same person asking for the same offer again within this time is one contact.
AGAIN = datetime.timedelta(days=30)
# What people agree to in forms.ContactForm.
KEPT = datetime.timedelta(days=365)
CONTACT_FIELDS = (
    "offer", "at", "name", "email", "consent_text", "state", "judged_at", "message", "orders_linked",
)  # fmt: skip


def save_offer(offer: Offer, *, by: Membership) -> Offer:
    """Raises NotAllowed, NameTaken."""
    if not can_edit_results(by):
        raise NotAllowed
    try:
        with transaction.atomic():
            offer.save()
    except IntegrityError as error:
        raise NameTaken from error
    return offer


def record_click(
    offer_id: int, *, at: datetime.datetime, number: uuid.UUID | None = None, membership_id: int | None = None
) -> Click:
    """Keep one click-out. With a number the person agreed that an order may be linked; without, nothing of the
    person is kept. The same number is kept once."""
    if number is None:
        return Click.objects.create(offer_id=offer_id, at=at)
    known = {"offer_id": offer_id, "at": at, "consented": True, "membership_id": membership_id}
    return Click.objects.get_or_create(number=number, defaults=known)[0]


@transaction.atomic
def leave_contact(
    offer: Offer,
    *,
    name: str,
    email: str,
    consent_text: str,
    phone: str = "",
    message: str = "",
    orders_linked: bool = False,
    membership: Membership | None = None,
) -> tuple[Lead, bool]:
    """Keep the contact and the words agreed to; also returns False if the same person asked within 30 days."""
    Offer.objects.select_for_update().get(pk=offer.pk)
    key = email_key(offer.community_id, email)
    recent = Lead.objects.kept().filter(offer=offer, email_hash=key, at__gt=timezone.now() - AGAIN)
    known = recent.first()
    if known is not None:
        return known, False
    lead = Lead.objects.create(
        offer=offer,
        membership=membership,
        name=name,
        email=email,
        email_hash=key,
        phone=phone,
        message=message,
        consent_text=consent_text,
        orders_linked=orders_linked,
    )
    return lead, True


@dataclass(frozen=True)
class KnownContact:
    """Somebody who agreed to a follow-up elsewhere, in a system that is being left."""

    offer: Offer
    number: uuid.UUID
    at: datetime.datetime
    name: str
    email: str
    consent_text: str
    state: str = Lead.State.NEW
    judged_at: datetime.datetime | None = None
    message: str = ""
    orders_linked: bool = False


@transaction.atomic
def bring_contacts(community: Community, contacts: Iterable[KnownContact], *, by: Membership) -> int:
    """Keep contacts that were taken before, with their day, words and verdict; how many are new.

    Those whose number is known already change nothing. Raises NotAllowed.
    """
    if not can_edit_results(by):
        raise NotAllowed
    brought = {one.number: one for one in contacts}
    known = set(Lead.objects.filter(public_id__in=brought).values_list("public_id", flat=True))
    leads = [
        Lead(
            public_id=number,
            community_id=community.pk,
            email_hash=email_key(community.pk, one.email),
            **{name: getattr(one, name) for name in CONTACT_FIELDS},
        )
        for number, one in brought.items()
        if number not in known
    ]
    Lead.objects.bulk_create(leads, batch_size=500)
    rates = Rates()
    upsert([lead_line(lead, community, rates) for lead in leads if lead.state == Lead.State.ACCEPTED])
    return len(leads)


@transaction.atomic
def erase_lead(lead: Lead, *, by: Membership) -> bool:
    """Take the person off a contact, for good: the row stays and counts, with the words that were agreed to.

    False when it was done before. Raises NotAllowed.
    """
    if not can_edit_results(by):
        raise NotAllowed
    return bool(_forget(Lead.objects.filter(pk=lead.pk)))


def forget_old_contacts() -> int:
    """Contacts agreed to be kept “for one year at most”; how many were forgotten."""
    return _forget(Lead.objects.filter(at__lt=timezone.now() - KEPT))


def forget_contacts_of(leaver: Leaver, at_most: int) -> int:
    """Cut a member’s contacts off from somebody who leaves; take the person off them where one is erased."""
    leads = Lead.objects.filter(membership_id=leaver.membership_id)
    done = _forget(leads) if leaver.departure is Departure.ERASURE else leads.update(membership=None)
    return min(done, at_most - 1)


def forget_contacts_at(leaver: Leaver, at_most: int) -> int:
    """Take an erased person off the contacts that bear one of their addresses."""
    done = sum(_forget(Lead.objects.filter(email__iexact=address)) for address in leaver.addresses)
    return min(done, at_most - 1)


def _forget(leads: LeadQuerySet) -> int:
    nobody = {"name": "", "email": "", "email_hash": "", "phone": "", "message": ""}
    return leads.with_person().update(
        **nobody, membership=None, orders_linked=False, erased_at=timezone.now()
    )


@transaction.atomic
def judge_lead(lead: Lead, *, by: Membership, state: str, community: Community) -> bool:
    """Accept or refuse a contact; only accepted ones are worth something. False when nothing changed.

    Raises NotAllowed, and MonthClosed for another verdict than the one that was reported.
    """
    if not can_edit_results(by):
        raise NotAllowed
    lead = Lead.objects.select_for_update().get(pk=lead.pk)
    if lead.state == state:
        return False
    if lead.state != Lead.State.NEW and closed_months([day_of(lead.at, community)]):
        raise MonthClosed
    lead.state, lead.judged_at = state, timezone.now()
    lead.save(update_fields=["state", "judged_at"])
    if state == Lead.State.ACCEPTED:
        upsert([lead_line(lead, community, Rates())])
    else:
        unit = f"lead:{lead.public_id}"
        LedgerEntry.objects.benefits().of_measure(Measure.LEAD).filter(unit_id=unit).delete()
    return True
