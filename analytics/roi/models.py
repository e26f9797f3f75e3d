"""Rows of the money side: ledger, rates and costs; objectives; offers and contacts; orders and how they came in.

Money is kept in integer minor units (cents); rates are Decimal, because a thousandth of a cent matters in them.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.core.validators import URLValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from analytics.roi.managers import (
    CostManager,
    CountManager,
    LeadManager,
    LedgerManager,
    ObjectiveManager,
    OfferManager,
    OrderManager,
    RateManager,
)
from communities.fields import OwnedForeignKey
from communities.models import Membership, slug_rule
from communities.scoping import CommunityOwned


class Side(models.TextChoices):
    BENEFIT = "B", _("Benefit")
    COST = "C", _("Cost")


class Confidence(models.TextChoices):
    MEASURED = "measured", _("measured")
    VALUED = "valued", _("valued")
    ESTIMATED = "estimated", _("estimated")


class Evidence(models.IntegerChoices):
    """How well a benefit is proved: the ladder of stars."""

    ASSUMED = 0, _("valued or estimated")
    ATTRIBUTED = 1, _("attributed")
    COMPARED = 2, _("compared with a similar group")
    RANDOMISED = 3, _("randomised")


class Measure(models.TextChoices):
    """What is counted and may be worth something: the lines of the results page."""

    ORDER = "order", _("Orders, margin")
    LEAD = "lead", _("Qualified contacts")
    IMPRESSION = "impression", _("Own banners, media value")
    VISIT = "visit", _("Visits from search engines")
    ANSWER = "answer", _("Questions answered by members")


class Rate(CommunityOwned):
    """One version of what one counted thing is worth. Never changed: a new version is added, so that a past
    report can be computed again."""

    class Name(models.TextChoices):
        CPM = "cpm", _("A thousand viewable impressions (CPM)")
        LEAD = "lead", _("One qualified contact")
        VISIT = "visit", _("One visit from a search engine")
        ANSWER = "answer", _("One question answered by a member")
        MARGIN = "margin", _("Margin on orders, in percent")

    name = models.CharField(_("what is valued"), max_length=12, choices=Name)
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=4)
    low = models.DecimalField(_("at least"), max_digits=14, decimal_places=4)
    high = models.DecimalField(_("at most"), max_digits=14, decimal_places=4)
    source = models.CharField(_("where it comes from"), max_length=200)
    author = OwnedForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    valid_from = models.DateField(_("valid from"))
    review_on = models.DateField(_("to be reviewed on"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = RateManager()

    class Meta:
        verbose_name = _("rate")
        verbose_name_plural = _("rates")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="rate_owned"),
            models.CheckConstraint(
                condition=models.Q(low__gte=0, low__lte=models.F("value"), high__gte=models.F("value")),
                name="rate_range",
            ),
        ]
        indexes = [models.Index(fields=["community", "name", "-valid_from", "-id"], name="rate_newest")]

    def __str__(self) -> str:
        return f"{self.get_name_display()}: {self.value}"


class Count(CommunityOwned):
    """How many of a measure on one day, from a source outside (an ad server), typed or brought by a file."""

    measure = models.CharField(_("what was counted"), max_length=12, choices=Measure)
    day = models.DateField(_("day"))
    source = models.CharField(_("where it comes from"), max_length=80)
    n = models.PositiveBigIntegerField(_("how many"))
    author = OwnedForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    objects = CountManager()

    class Meta:
        verbose_name = _("count")
        verbose_name_plural = _("counts")
        constraints = [
            models.UniqueConstraint(fields=["community", "measure", "day", "source"], name="count_once")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.measure}: {self.n}"


class Cost(CommunityOwned):
    """Something that is paid, once or each month; the team’s hours count like an invoice."""

    class Kind(models.TextChoices):
        LAUNCH = "launch", _("Launch")
        RUNNING = "running", _("Tools and running")
        HOURS = "hours", _("Hours of the team")
        MEDIA = "media", _("Advertising")

    class Repeats(models.TextChoices):
        ONCE = "once", _("Once")
        MONTHLY = "monthly", _("Each month")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.RUNNING)
    label = models.CharField(_("what for"), max_length=120)
    amount_minor = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    repeats = models.CharField(_("how often"), max_length=8, choices=Repeats, default=Repeats.ONCE)
    starts_on = models.DateField(_("day, or first day"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    author = OwnedForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = CostManager()

    class Meta:
        verbose_name = _("cost")
        verbose_name_plural = _("costs")
        constraints = [models.UniqueConstraint(fields=["community", "id"], name="cost_owned")]
        indexes = [models.Index(fields=["community", "-starts_on", "-id"], name="cost_newest")]

    def __str__(self) -> str:
        return self.label


class LedgerEntry(CommunityOwned):
    """One dated line of benefit or cost. A unit (an order, a contact, a day’s impressions) has one line for each
    `seq`; refunds are later lines of the same unit with a negative amount."""

    day = models.DateField(_("day"))
    side = models.CharField(max_length=1, choices=Side)
    measure = models.CharField(max_length=12)
    confidence = models.CharField(_("class"), max_length=10, choices=Confidence)
    evidence = models.PositiveSmallIntegerField(choices=Evidence, default=Evidence.ASSUMED)
    unit_id = models.CharField(max_length=160)
    seq = models.PositiveIntegerField(default=0)
    label = models.CharField(max_length=160, blank=True)
    n = models.BigIntegerField(_("how many"), default=1)
    gross_minor = models.BigIntegerField(default=0)
    amount_minor = models.BigIntegerField()
    low_minor = models.BigIntegerField()
    high_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    counted = models.BooleanField(default=True)
    rate = OwnedForeignKey(Rate, models.DO_NOTHING, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = LedgerManager()

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        constraints = [
            models.UniqueConstraint(fields=["community", "side", "unit_id", "seq"], name="ledger_unit_once"),
        ]
        indexes = [
            models.Index(fields=["community", "measure", "-day", "-id"], name="ledger_rows"),
            models.Index(fields=["community", "day"], name="ledger_days"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.side} {self.unit_id}: {self.amount_minor}"

    def set_amounts(self, amount: int, **range_: Any) -> None:
        """One amount for value, low and high, unless the range is given."""
        self.amount_minor = amount
        self.low_minor = range_.get("low", amount)
        self.high_minor = range_.get("high", amount)


class Objective(CommunityOwned):
    """What is aimed at, from where, by when and by whom."""

    class Family(models.TextChoices):
        ACQUISITION = "acquisition", _("Acquisition")
        LOYALTY = "loyalty", _("Loyalty")
        IMAGE = "image", _("Image")
        VISIBILITY = "visibility", _("Visibility")

    class Figure(models.TextChoices):
        LEADS = "leads", _("Qualified contacts in a month")
        NEW_MEMBERS = "new_members", _("New members in a month")
        ACTIVE = "active", _("Members active in 28 days")
        REPEAT = "repeat", _("Repeat orders in a month, of a hundred")
        ANSWERED = "answered", _("Threads answered within 7 days, of a hundred")
        SEARCH = "search", _("Visits from search engines in a month")
        IMPRESSIONS = "impressions", _("Viewable impressions in a month")
        CLICKS = "clicks", _("Click-outs to offers in a month")

    family = models.CharField(_("family"), max_length=12, choices=Family)
    figure = models.CharField(_("figure"), max_length=12, choices=Figure)
    baseline = models.DecimalField(
        _("baseline"), max_digits=14, decimal_places=2, help_text=_("The figure of the 90 days before.")
    )
    target = models.DecimalField(_("target"), max_digits=14, decimal_places=2)
    starts_on = models.DateField(_("from"))
    deadline = models.DateField(_("deadline"))
    owner = OwnedForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ObjectiveManager()

    class Meta:
        verbose_name = _("objective")
        verbose_name_plural = _("objectives")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(deadline__gt=models.F("starts_on")), name="objective_dates"
            ),
            models.CheckConstraint(
                condition=~models.Q(target=models.F("baseline")), name="objective_aims_at_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_family_display()}: {self.get_figure_display()}"


class Offer(CommunityOwned):
    """What is proposed: a link elsewhere, or a form that asks to be called back."""

    class Kind(models.TextChoices):
        LINK = "link", _("A link to another site")
        CONTACT = "contact", _("A contact form")

    class Medium(models.TextChoices):
        REFERRAL = "referral", _("Link in a post")
        EMAIL = "email", _("E-mail")
        SOCIAL = "social", _("Social network")
        DISPLAY = "display", _("Banner")
        AFFILIATE = "affiliate", _("Partner")
        QR = "qr", _("Printed code")

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

    objects = OfferManager()

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


class Click(CommunityOwned):
    """One click-out. With consent it has a number that travels to the shop and comes back with the order, and
    the member who clicked; without, it is only counted."""

    offer = OwnedForeignKey(Offer, models.CASCADE, related_name="clicks")
    at = models.DateTimeField(default=timezone.now)
    consented = models.BooleanField(default=False)
    number = models.UUIDField(null=True, blank=True)
    membership = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")

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

    objects = LeadManager()

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


class OrderSource(CommunityOwned):
    """A shop: its files, or its signed messages."""

    class Kind(models.TextChoices):
        FILE = "file", _("Files")
        SHOPIFY = "shopify", _("Shopify")
        WOOCOMMERCE = "woocommerce", _("WooCommerce")
        STRIPE = "stripe", _("Stripe")
        GENERIC = "generic", _("Another shop (our own signature)")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    name = models.CharField(_("name"), max_length=80)
    token = models.UUIDField(default=uuid.uuid4, editable=False)
    secret = models.CharField(
        _("secret"), max_length=200, blank=True, help_text=_("What the shop signs its messages with.")
    )
    last_at = models.DateTimeField(_("last message"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

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


class Order(CommunityOwned):
    """One order or one refund: net of tax, shipping and discounts. A refund is negative, at its own date."""

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
    placed_at = models.DateTimeField(_("placed"))
    net_minor = models.BigIntegerField(_("net amount"))
    currency = models.CharField(max_length=3)
    matched_by = models.CharField(max_length=8, choices=Match, blank=True)
    membership = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    offer = OwnedForeignKey(Offer, models.SET_NULL, null=True, blank=True, related_name="+")
    click_number = models.UUIDField(null=True, blank=True)
    code = models.CharField(max_length=40, blank=True)
    customer = models.CharField(max_length=64, blank=True)
    version = models.CharField(max_length=40, blank=True)
    fingerprint = models.CharField(max_length=64)
    updated_at = models.DateTimeField(default=timezone.now)

    objects = OrderManager()

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="order_owned"),
            models.UniqueConstraint(fields=["community", "source", "external_id"], name="order_once"),
        ]
        indexes = [
            models.Index(fields=["community", "-placed_at", "-id"], name="order_newest"),
            models.Index(fields=["community", "customer", "placed_at"], name="order_customer"),
        ]

    def __str__(self) -> str:
        return self.external_id


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
    amount_minor = models.BigIntegerField()

    class Meta:
        verbose_name = _("credit")
        verbose_name_plural = _("credits")
        indexes = [models.Index(fields=["community", "order"], name="credit_of_order")]


class Delivery(CommunityOwned):
    """One signed message that was taken, so that the same one is never taken twice."""

    source = OwnedForeignKey(OrderSource, models.CASCADE, related_name="+")
    number = models.CharField(max_length=120)
    received_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(fields=["community", "source", "number"], name="delivery_once")
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

    class Meta:
        verbose_name = _("import of orders")
        verbose_name_plural = _("imports of orders")
        constraints = [
            models.UniqueConstraint(fields=["community", "public_id"], name="import_run_public_id")
        ]
        indexes = [models.Index(fields=["community", "-id"], name="import_run_newest")]
