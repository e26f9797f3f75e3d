"""What is proposed to visitors, who went there, and who asked to be called back."""

from __future__ import annotations

import datetime
import uuid
from typing import Any, ClassVar, Self

from django.core.validators import URLValidator
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.fields import OwnedForeignKey
from communities.models import Membership, slug_rule
from communities.scoping import CommunityOwned, ScopedManager, ScopedQuerySet
from members.personal import DETACH, EMPTY, KEEP, Personal


class OfferQuerySet(ScopedQuerySet[Any]):
    def for_anybody(self) -> OfferQuerySet:
        """Those that a link or a form makes; codes for members have pages of their own."""
        return self.exclude(kind=Offer.Kind.CODE)

    def newest(self) -> OfferQuerySet:
        return self.order_by("-starts_on", "-id")

    def with_counts(self) -> OfferQuerySet:
        """With `click_count` and `lead_count`. Each is counted for itself: joined, every click would meet every
        contact."""
        clicks = self.model.objects.filter(pk=OuterRef("pk")).order_by().annotate(n=Count("clicks"))
        leads = self.model.objects.filter(pk=OuterRef("pk")).order_by().annotate(n=Count("leads"))
        counts = {"click_count": Subquery(clicks.values("n")), "lead_count": Subquery(leads.values("n"))}
        counted: OfferQuerySet = self.annotate(**counts)
        return counted


OfferManager = ScopedManager.from_queryset(OfferQuerySet)


class Offer(CommunityOwned):
    """What is proposed: a link elsewhere, or a form that asks to be called back."""

    class Kind(models.TextChoices):
        LINK = "link", _("A link to another site")
        CONTACT = "contact", _("A contact form")
        # Kept, shown and changed by `analytics.offers`.
        CODE = "code", _("A code for members")

    class Medium(models.TextChoices):
        REFERRAL = "referral", _("Link in a post")
        EMAIL = "email", _("E-mail")
        SOCIAL = "social", _("Social network")
        DISPLAY = "display", _("Banner")
        AFFILIATE = "affiliate", _("Partner")
        QR = "qr", _("Printed code")
        MEMBERS = "members", _("Offer for members")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.LINK)
    title = models.CharField(_("title"), max_length=120)
    slug = models.CharField(_("short name"), max_length=63, validators=[slug_rule])
    text = models.TextField(_("what is proposed"), max_length=2000, blank=True)
    address = models.URLField(
        _("address"),
        max_length=500,
        blank=True,
        validators=[URLValidator(schemes=["https", "http"])],
        help_text=_("Where the link leads; it starts with https."),
    )
    code = models.CharField(
        _("code"), max_length=40, blank=True, help_text=_("A code that only this community has.")
    )
    medium = models.CharField(_("channel"), max_length=12, choices=Medium, default=Medium.REFERRAL)
    partner = models.CharField(_("partner"), max_length=120, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[OfferManager[Self]] = OfferManager()

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="offer_owned"),
            models.UniqueConstraint(fields=["community", "slug"], name="offer_slug_once"),
            models.UniqueConstraint(
                fields=["community", "code"], condition=~models.Q(code=""), name="offer_code_once"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def runs_on(self, day: datetime.date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or self.ends_on >= day)


class Click(CommunityOwned):
    """One click-out. With consent it has a number that travels to the shop and comes back with the order, and
    the member who clicked; without, it is only counted."""

    offer = OwnedForeignKey(Offer, models.CASCADE, related_name="clicks")
    at = models.DateTimeField(default=timezone.now)
    consented = models.BooleanField(default=False)
    number = models.UUIDField(null=True, blank=True)
    membership = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")

    personal = (
        Personal(
            "membership",
            KEEP,
            erasure=DETACH,
            exported_as="clicks",
            why="Only with consent; orders that were credited by it stay so.",
        ),
    )

    class Meta:
        verbose_name = _("click-out")
        verbose_name_plural = _("click-outs")
        constraints = [
            models.UniqueConstraint(fields=["community", "number"], name="click_number_once"),
            # Without consent nothing on the row leads to a person or to an order.
            models.CheckConstraint(
                condition=models.Q(consented=True) | models.Q(number=None, membership=None),
                name="click_anonymous_without_consent",
            ),
        ]
        indexes = [
            models.Index(fields=["community", "offer", "at"], name="click_of_offer"),
            models.Index(fields=["community", "membership", "at"], name="click_of_member"),
        ]


class LeadQuerySet(ScopedQuerySet[Any]):
    def newest(self) -> LeadQuerySet:
        return self.select_related("offer").order_by("-at", "-id")

    def before(self, at: datetime.datetime, last_id: int) -> LeadQuerySet:
        """The next page of `newest`, by keyset."""
        return self.filter(at__lte=at).filter(Q(at__lt=at) | Q(id__lt=last_id))

    def between(self, first: datetime.datetime, last: datetime.datetime) -> LeadQuerySet:
        return self.filter(at__gte=first, at__lt=last)

    def waiting(self) -> LeadQuerySet:
        return self.with_person().filter(state="new")

    def of_person(self, asked: str) -> LeadQuerySet:
        """By a part of the name or the address."""
        return self.newest().filter(Q(email__icontains=asked) | Q(name__icontains=asked))

    def with_person(self) -> LeadQuerySet:
        """Those whose person is still on the row."""
        return self.filter(erased_at=None)

    def kept(self) -> LeadQuerySet:
        return self.exclude(state="refused")


LeadManager = ScopedManager.from_queryset(LeadQuerySet)


class Lead(CommunityOwned):
    """A person who asked for a follow-up and agreed to it. The words agreed to are kept with the row."""

    class State(models.TextChoices):
        NEW = "new", _("New")
        ACCEPTED = "accepted", _("Accepted")
        REFUSED = "refused", _("Refused")

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    offer = OwnedForeignKey(Offer, models.CASCADE, related_name="leads")
    membership = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail address"))
    email_hash = models.CharField(max_length=64)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    message = models.TextField(_("message"), max_length=1000, blank=True)
    consent_text = models.TextField()
    orders_linked = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State, default=State.NEW)
    judged_at = models.DateTimeField(null=True, blank=True)
    # From then on the row only counts: nothing on it leads to the person.
    erased_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[LeadManager[Self]] = LeadManager()

    personal = (
        Personal(
            "membership",
            DETACH,
            erasure=EMPTY,
            exported_as="contacts",
            withheld=("email_hash",),
            why="The request to be called back stands by itself for a year at most; it names its person, "
            "and must not lead to their former texts.",
        ),
        Personal(
            "email", KEEP, erasure=EMPTY, why="As agreed to with the request; erased, the row only counts."
        ),
    )

    class Meta:
        verbose_name = _("qualified contact")
        verbose_name_plural = _("qualified contacts")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="lead_owned"),
            models.UniqueConstraint(fields=["community", "public_id"], name="lead_public_id"),
        ]
        indexes = [
            models.Index(fields=["community", "-at", "-id"], name="lead_newest"),
            models.Index(fields=["community", "offer", "email_hash", "at"], name="lead_again"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.offer_id})"
