"""What came in and what it cost: rates, counts and costs as they were said, and the ledger’s lines."""

from __future__ import annotations

import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from analytics.roi.models.kinds import Confidence, Evidence, Measure, Side
from communities.fields import OwnedForeignKey
from communities.models import Membership
from communities.scoping import CommunityOwned, ScopedManager, ScopedQuerySet
from members.personal import KEEP, Personal


class RateQuerySet(ScopedQuerySet[Any]):
    def of(self, name: str) -> RateQuerySet:
        """All versions of one rate, the newest first."""
        return self.filter(name=name).order_by("-valid_from", "-id")

    def newest_first(self) -> RateQuerySet:
        return self.select_related("author").order_by("name", "-valid_from", "-id")


RateManager = ScopedManager.from_queryset(RateQuerySet)


class Rate(CommunityOwned):
    """One version of what one counted thing is worth. Never changed: a new version is added, so that a past
    report can be computed again."""

    class Name(models.TextChoices):
        CPM = "cpm", _("A thousand viewable impressions (CPM)")
        LEAD = "lead", _("One qualified contact")
        VISIT = "visit", _("One visit from a search engine")
        ANSWER = "answer", _("One contact with your support")
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

    objects: ClassVar[RateManager[Self]] = RateManager()

    personal = (Personal("author", KEEP, why="The brand’s accounts, without the name."),)

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


class CountQuerySet(ScopedQuerySet[Any]):
    def of(self, measure: str, first: datetime.date, last: datetime.date) -> CountQuerySet:
        """One measure on these days, both ends included."""
        return self.filter(measure=measure, day__gte=first, day__lte=last)


CountManager = ScopedManager.from_queryset(CountQuerySet)


class Count(CommunityOwned):
    """How many of a measure on one day, from a source outside (an ad server), typed or brought by a file."""

    measure = models.CharField(_("what was counted"), max_length=12, choices=Measure)
    day = models.DateField(_("day"))
    source = models.CharField(_("where it comes from"), max_length=80)
    n = models.PositiveBigIntegerField(_("how many"))
    on_top = models.BooleanField(
        _("comes on top of what this community counts"),
        default=False,
        help_text=_(
            "Only for what was seen on other pages: otherwise the same would be worth something twice."
        ),
    )
    author = OwnedForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[CountManager[Self]] = CountManager()

    personal = (Personal("author", KEEP, why="The brand’s accounts, without the name."),)

    class Meta:
        verbose_name = _("count")
        verbose_name_plural = _("counts")
        constraints = [
            models.UniqueConstraint(fields=["community", "measure", "day", "source"], name="count_once")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.measure}: {self.n}"


class CostQuerySet(ScopedQuerySet[Any]):
    def newest(self) -> CostQuerySet:
        return self.order_by("-starts_on", "-id")

    def before(self, day: datetime.date, last_id: int) -> CostQuerySet:
        """The next page of `newest`, by keyset."""
        older = Q(starts_on__lt=day) | Q(id__lt=last_id)
        return self.filter(starts_on__lte=day).filter(older)

    def running(self) -> CostQuerySet:
        return self.filter(repeats="monthly")


CostManager = ScopedManager.from_queryset(CostQuerySet)


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

    objects: ClassVar[CostManager[Self]] = CostManager()

    personal = (Personal("author", KEEP, why="The brand’s accounts, without the name."),)

    class Meta:
        verbose_name = _("cost")
        verbose_name_plural = _("costs")
        constraints = [models.UniqueConstraint(fields=["community", "id"], name="cost_owned")]
        indexes = [models.Index(fields=["community", "-starts_on", "-id"], name="cost_newest")]

    def __str__(self) -> str:
        return self.label


class LedgerQuerySet(ScopedQuerySet[Any]):
    def between(self, first: datetime.date, last: datetime.date) -> LedgerQuerySet:
        return self.filter(day__gte=first, day__lte=last)

    def benefits(self) -> LedgerQuerySet:
        return self.filter(side="B")

    def costs(self) -> LedgerQuerySet:
        return self.filter(side="C")

    def of_measure(self, measure: str) -> LedgerQuerySet:
        return self.filter(measure=measure)

    def counted(self) -> LedgerQuerySet:
        """What enters ROI: attributed to the community and in its currency."""
        return self.filter(counted=True)

    def measured(self) -> LedgerQuerySet:
        return self.filter(confidence="measured")

    def newest(self) -> LedgerQuerySet:
        return self.order_by("-day", "-id")

    def before(self, day: datetime.date, last_id: int) -> LedgerQuerySet:
        """The next page of `newest`, by keyset."""
        older = Q(day__lt=day) | Q(id__lt=last_id)
        return self.filter(day__lte=day).filter(older)


LedgerManager = ScopedManager.from_queryset(LedgerQuerySet)


def label_of(measure: str) -> str:
    """The name of a measure of benefit or cost as people read it."""
    known = Measure.choices + Cost.Kind.choices
    return str(next((label for value, label in known if value == measure), measure))


class LedgerLine(CommunityOwned):
    """What the ledger says of one unit on one day, and what a closed month keeps of it."""

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
    # At the lowest and at the highest value of the rate: of a refund the second is the smaller number.
    low_minor = models.BigIntegerField()
    high_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    counted = models.BooleanField(default=True)

    class Meta:
        abstract = True

    @property
    def what(self) -> str:
        """What a person reads for a line without a label of its own."""
        return label_of(self.measure)


class LedgerEntry(LedgerLine):
    """One dated line of benefit or cost. A unit (an order, a contact, a day’s impressions) has one line for each
    `seq`; refunds are later lines of the same unit with a negative amount."""

    rate = OwnedForeignKey(Rate, models.DO_NOTHING, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[LedgerManager[Self]] = LedgerManager()

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
