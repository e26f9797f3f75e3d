"""Orders and how they came in."""

from __future__ import annotations

import datetime
import logging
import uuid
from collections.abc import Collection
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from analytics.roi.models.offers import Offer
from analytics.roi.remarks import spoken_remarks
from communities.fields import OwnedForeignKey
from communities.models import Membership
from communities.scoping import CommunityOwned, ScopedManager, ScopedQuerySet
from communities.sealing import Unreadable, seal, unseal
from members.personal import DETACH, KEEP, Personal

logger = logging.getLogger(__name__)


class OrderSourceQuerySet(ScopedQuerySet[Any]):
    def connected(self) -> OrderSourceQuerySet:
        """Shops that send their orders."""
        return self._sending().exclude(sealed_secret="").order_by("id")

    def disconnected(self) -> OrderSourceQuerySet:
        """Shops that sent their orders once: the orders stay theirs."""
        return self._sending().filter(sealed_secret="")

    def _sending(self) -> OrderSourceQuerySet:
        return self.exclude(kind="file")


OrderSourceManager = ScopedManager.from_queryset(OrderSourceQuerySet)


class OrderSource(CommunityOwned):
    """A shop: its files, or its signed messages; without a secret it is no longer connected."""

    class Kind(models.TextChoices):
        FILE = "file", _("Files")
        SHOPIFY = "shopify", _("Shopify")
        WOOCOMMERCE = "woocommerce", _("WooCommerce")
        STRIPE = "stripe", _("Stripe")
        GENERIC = "generic", _("Another shop (our own signature)")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    name = models.CharField(_("name"), max_length=80)
    token = models.UUIDField(default=uuid.uuid4, editable=False)
    # Never in the clear: see communities/sealing.py.
    sealed_secret = models.TextField(blank=True, editable=False)
    last_at = models.DateTimeField(_("last message"), null=True, blank=True)
    # Told apart from nothing that arrives: messages about orders that nobody paid for with money.
    tests = models.PositiveIntegerField(_("test orders"), default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[OrderSourceManager[Self]] = OrderSourceManager()

    class Meta:
        verbose_name = _("shop")
        verbose_name_plural = _("shops")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="order_source_owned"),
            models.UniqueConstraint(fields=["community", "name"], name="order_source_name_once"),
            models.UniqueConstraint(fields=["community", "token"], name="order_source_token_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def place(self) -> str:
        """What sealed texts of this shop are bound to: in the row of another one they cannot be read."""
        return f"order source {self.token}"

    def keep_secret(self, secret: str) -> None:
        self.sealed_secret = seal(secret, place=self.place)

    @property
    def secret(self) -> str:
        """What the shop signs with; empty where there is none, or where it cannot be read any more."""
        try:
            return unseal(self.sealed_secret, place=self.place) if self.sealed_secret else ""
        except Unreadable:
            logger.error("the secret of a shop cannot be read", extra={"shop": self.pk})
            return ""


class OrderQuerySet(ScopedQuerySet[Any]):
    def newest(self) -> OrderQuerySet:
        return self.select_related("source", "offer", "membership").order_by("-placed_at", "-id")

    def before(self, at: datetime.datetime, last_id: int) -> OrderQuerySet:
        """The next page of `newest`, by keyset."""
        return self.filter(placed_at__lte=at).filter(Q(placed_at__lt=at) | Q(id__lt=last_id))

    def attributed(self) -> OrderQuerySet:
        return self.exclude(matched_by="")

    def with_codes(self, keys: Collection[str]) -> OrderQuerySet:
        """Sales with one of these codes, however they are written; `keys` in small letters."""
        rows: OrderQuerySet = self.annotate(code_key=Lower("code")).filter(code_key__in=keys, is_refund=False)
        return rows

    def counted(self, currency: str) -> OrderQuerySet:
        """What enters ROI: recognised, and in the community’s currency."""
        return self.attributed().filter(currency=currency)


OrderManager = ScopedManager.from_queryset(OrderQuerySet)


class OrderFacts(CommunityOwned):
    """All that a shop has told about one order, whatever came first; its rows are computed from it. Nothing in it says
    who bought: see `analytics/roi/shops/telling.py`."""

    source = OwnedForeignKey(OrderSource, models.CASCADE, related_name="facts")
    number = models.CharField(max_length=80)
    facts = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("what is known of an order")
        verbose_name_plural = _("what is known of orders")
        constraints = [
            models.UniqueConstraint(fields=["community", "source", "number"], name="order_facts_once")
        ]

    def __str__(self) -> str:
        return self.number


class Order(CommunityOwned):
    """One row of an order: its sale, net of tax, shipping and discounts, or what came off it, at its own date."""

    class Kind(models.TextChoices):
        SALE = "sale", _("sale")
        REFUND = "refund", _("refund")
        EDIT = "edit", _("taken out of the order")
        CANCEL = "cancel", _("cancelled")
        REST = "refund-rest", _("rest of a full refund")
        DISPUTE = "dispute", _("disputed payment")
        DISPUTE_BACK = "dispute-back", _("disputed payment won")
        ADJUSTMENT = "adjustment", _("adjustment")

    class Match(models.TextChoices):
        """How an order was recognised, the surest way first."""

        MEMBER = "member", _("Member number at the checkout")
        CLICK = "click", _("Click-out with consent")
        CODE = "code", _("Code of an offer")
        EMAIL = "email", _("E-mail address of a contact who agreed")

    source = OwnedForeignKey(OrderSource, models.CASCADE, related_name="orders")
    external_id = models.CharField(_("number"), max_length=80)
    refund_of = models.CharField(_("refund of"), max_length=80, blank=True)
    is_refund = models.BooleanField(default=False)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.SALE)
    placed_at = models.DateTimeField(_("placed"))
    net_minor = models.BigIntegerField(_("net amount"))
    currency = models.CharField(max_length=3)
    matched_by = models.CharField(max_length=8, choices=Match, blank=True)
    membership = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    offer = OwnedForeignKey(Offer, models.SET_NULL, null=True, blank=True, related_name="+")
    click_number = models.UUIDField(null=True, blank=True)
    code = models.CharField(max_length=40, blank=True)
    customer = models.CharField(max_length=64, blank=True)
    # What a reader has to be told: `share` (of the order’s own mix), `beyond` (minor units), `aside`, `state`.
    remarks = models.JSONField(default=dict)
    fingerprint = models.CharField(max_length=64, blank=True)
    updated_at = models.DateTimeField(default=timezone.now)
    # Since when it is here, and its buyer is known, whenever it was placed: what is told of an article stays what it
    # was (`articles.py`).
    known_at = models.DateTimeField(default=timezone.now, editable=False)
    # By how much its sum was changed since then: the day (ISO) and minor units, in order.
    corrections = models.JSONField(default=list, blank=True, editable=False)

    objects: ClassVar[OrderManager[Self]] = OrderManager()

    personal = (
        Personal(
            "membership",
            KEEP,
            erasure=DETACH,
            exported_as="orders",
            withheld=("fingerprint", "customer"),
            why="Accounts are kept by law; the order names nobody here, and what was read before goes with consent.",
        ),
    )

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="order_owned"),
            models.UniqueConstraint(fields=["community", "source", "external_id"], name="order_once"),
        ]
        indexes = [
            models.Index(fields=["offer"], name="order_offer", condition=models.Q(offer__isnull=False)),
            models.Index(fields=["community", "-placed_at", "-id"], name="order_newest"),
            models.Index(fields=["community", "customer", "placed_at"], name="order_customer"),
            models.Index(fields=["community", "source", "refund_of"], name="order_refunds"),
            models.Index(F("community"), Lower("code"), name="order_code", condition=~Q(code="")),
        ]

    def __str__(self) -> str:
        return self.external_id

    @property
    def spoken_remarks(self) -> list[str]:
        """What its row alone does not say, in the reader’s language."""
        return spoken_remarks(self.remarks, self.currency)


class Credit(CommunityOwned):
    """The part of one order that one model gives to one contact; the parts of a model sum to the order."""

    class Model(models.TextChoices):
        LAST = "last", _("last touch")
        LINEAR = "linear", _("linear")

    order = OwnedForeignKey(Order, models.CASCADE, related_name="credits")
    model = models.CharField(max_length=8, choices=Model)
    channel = models.CharField(max_length=40)
    offer = OwnedForeignKey(Offer, models.SET_NULL, null=True, related_name="+")
    touched_at = models.DateTimeField(null=True)
    # The first page of the visit that gets it: what an article brought is added up by it. It goes with the consent of
    # whose visit it was, with them, and with the visits of its month (`articles.py`).
    page = models.CharField(max_length=200, blank=True)
    amount_minor = models.BigIntegerField()

    class Meta:
        verbose_name = _("credit")
        verbose_name_plural = _("credits")
        indexes = [
            models.Index(fields=["offer"], name="credit_offer", condition=models.Q(offer__isnull=False)),
            models.Index(fields=["community", "order"], name="credit_of_order"),
            models.Index(fields=["community", "page"], name="credit_of_page", condition=~Q(page="")),
            # The visits of a month whose pages are to go, and those from search engines that led to an order.
            models.Index(fields=["community", "touched_at"], name="credit_page_kept", condition=~Q(page="")),
            models.Index(
                fields=["community", "channel", "touched_at"],
                name="credit_touched",
                condition=Q(touched_at__isnull=False),
            ),
        ]


class DeliveryQuerySet(ScopedQuerySet[Any]):
    def waiting(self) -> DeliveryQuerySet:
        """Received and not yet worked up, the oldest first."""
        return self.exclude(sealed_rows="").select_related("source").order_by("id")


DeliveryManager = ScopedManager.from_queryset(DeliveryQuerySet)


class Delivery(CommunityOwned):
    """One signed message that was received, so that the same one is never taken twice. What it says is kept,
    sealed, until the worker has stored it."""

    source = OwnedForeignKey(OrderSource, models.CASCADE, related_name="deliveries")
    number = models.CharField(max_length=120)
    received_at = models.DateTimeField(default=timezone.now)
    sealed_rows = models.TextField(blank=True, editable=False)

    objects: ClassVar[DeliveryManager[Self]] = DeliveryManager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(fields=["community", "source", "number"], name="delivery_once")
        ]
        indexes = [
            models.Index(
                fields=["community", "id"], name="delivery_waiting", condition=~models.Q(sealed_rows="")
            )
        ]


class ImportRun(CommunityOwned):
    """One file of orders on its way in: uploaded, mapped, checked, loaded."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Uploaded")
        RUNNING = "running", _("Under way")
        CHECKED = "checked", _("Checked")
        LOADED = "loaded", _("Loaded")
        FAILED = "failed", _("Refused")

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    source = OwnedForeignKey(OrderSource, models.CASCADE, related_name="+")
    file_name = models.CharField(max_length=200)
    path = models.CharField(max_length=200, blank=True)
    mapping = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.UPLOADED)
    report = models.JSONField(default=dict)
    author = OwnedForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    personal = (Personal("author", KEEP, why="The brand’s accounts, without the name."),)

    class Meta:
        verbose_name = _("import of orders")
        verbose_name_plural = _("imports of orders")
        constraints = [
            models.UniqueConstraint(fields=["community", "public_id"], name="import_run_public_id")
        ]
        indexes = [models.Index(fields=["community", "-id"], name="import_run_newest")]
