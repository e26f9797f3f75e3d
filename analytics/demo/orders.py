"""Orders of a shop, or invoices to those who take contacts, as a file that goes through the import."""

from __future__ import annotations

import csv
import datetime
import io
import random
import uuid
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import F

from analytics.demo.story import MONTHS, Story
from analytics.roi.models import ImportRun, Lead, Offer, Order
from analytics.roi.money import split
from analytics.roi.order_files import Mapping
from analytics.roi.services import load_file, record_click, start_import
from communities.models import Membership

HEADINGS = ("Order", "Date", "Net", "Member", "Click", "Code", "Email", "Customer", "Refund of")
HOUR = datetime.timedelta(hours=1)
# Orders in a hundred by somebody who had ordered before.
AGAIN = 0.24
# Orders of each month that nothing leads back to the community.
UNKNOWN = 9
FIRST_NUMBER = 40000


@dataclass
class Sale:
    number: str
    at: datetime.datetime
    net_minor: int
    member: str = ""
    click: str = ""
    code: str = ""
    email: str = ""
    customer: str = ""
    refund_of: str = ""

    def as_line(self) -> list[str]:
        net = f"{self.net_minor / 100:.2f}"
        facts = [self.member, self.click, self.code, self.email, self.customer, self.refund_of]
        return [self.number, self.at.isoformat(timespec="seconds"), net, *facts]


def settle_orders(story: Story) -> int:
    """Load the file of nine months; how many orders and refunds are new."""
    if ImportRun.objects.exists():
        return 0
    sales = Shop(story).sales() if any(story.traffic["orders"]["per_month"]) else _invoices(story)
    if not sales:
        return 0
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([HEADINGS, *(sale.as_line() for sale in sales)])
    run = start_import(
        story.community, by=story.by, name=f"{story.brand.slug}.csv", content=text.getvalue().encode()
    )
    report = load_file(run, community=story.community, mapping=Mapping(**run.mapping))
    # As if the shop had told of each when it was placed.
    Order.objects.update(known_at=F("placed_at"))
    return int(report["new"])


def _invoices(story: Story) -> list[Sale]:
    """Where there is no shop, each accepted contact is invoiced."""
    said = story.benefit("order")
    if said is None:
        return []
    accepted = Lead.objects.filter(state=Lead.State.ACCEPTED).order_by("at", "id")
    price = round(Decimal(str(said["rate"])) * 100)
    return [
        Sale(_number(story, n), min(lead.at + HOUR, story.clock.now), price, email=lead.email)
        for n, lead in enumerate(accepted)
    ]


def _number(story: Story, n: int) -> str:
    # Not C: files of other shops mark refunds with it.
    return f"{story.brand.slug[0].upper()}-{FIRST_NUMBER + n}"


@dataclass
class Shop:
    """Makes the orders: those of each month bring the margin that the files give for it."""

    story: Story
    made: int = 0
    buyers: list[Membership] = field(init=False)
    known: list[Sale] = field(default_factory=list)
    dice: random.Random = field(init=False)
    links: list[Offer] = field(init=False)

    def __post_init__(self) -> None:
        self.dice = self.story.dice("orders")
        # Not those who came to sell.
        members = (one for one in self.story.scene.people.values() if one.role == Membership.Role.MEMBER)
        people = [one for one in members if one.trust_level > 0]
        self.buyers = self.dice.sample(people, len(people))
        self.links = list(Offer.objects.exclude(address="").order_by("id"))

    def sales(self) -> list[Sale]:
        margins = (self.story.benefit("order") or {"count": [0] * MONTHS})["count"]
        counts = self.story.traffic["orders"]["per_month"]
        found: list[Sale] = []
        for number, n, margin in zip(range(1 - MONTHS, 1), counts, margins, strict=True):
            if n:
                found += self._month(number, n, margin)
        return found

    def _month(self, number: int, n: int, margin: int) -> list[Sale]:
        """Refunded orders come on top, so that the rest sums to the month's margin."""
        said = self.story.traffic["orders"]["amount"]
        refunded = round(n * self.story.traffic["orders"]["refund_share"])
        moments = self.story.moments(self.dice, number, n + UNKNOWN)
        weights = [self._weight(said) for _one in range(n - refunded)]
        net = round(Decimal(margin) * 100 / Decimal(str(said["margin_rate"])))
        amounts = split(net, weights)
        others = [round(self._weight(said) * 100) for _one in range(refunded + UNKNOWN)]
        kinds = ["sold"] * len(amounts) + ["refunded"] * refunded + ["unknown"] * UNKNOWN
        plan = list(zip(kinds, amounts + others, strict=True))
        self.dice.shuffle(plan)
        last = self.story.at(self.story.last_day(number), "21:30")
        sales = []
        for at, (kind, amount) in zip(moments, plan, strict=True):
            sale = self._sale(at, amount, recognised=kind != "unknown")
            sales.append(sale)
            if kind == "refunded":
                later = min(at + datetime.timedelta(days=self.dice.randrange(1, 9)), last)
                sales.append(Sale(f"{sale.number}-R", later, -amount, refund_of=sale.number))
        return sales

    def _weight(self, said: dict[str, float]) -> Decimal:
        """An amount around the median."""
        drawn = said["median"] * self.dice.lognormvariate(0, 0.6)
        return Decimal(round(min(max(drawn, said["low"]), said["high"]) * 20)) / 20

    def _sale(self, at: datetime.datetime, amount: int, *, recognised: bool) -> Sale:
        sale = Sale(_number(self.story, self.made), at, amount, customer=f"K{self.made:05d}")
        self.made += 1
        if not recognised:
            return sale
        before = [one for one in self.known if one.at < at]
        if before and self.dice.random() < AGAIN:
            former = self.dice.choice(before)
            sale.customer, sale.member = former.customer, former.member
        self._recognise(sale)
        self.known.append(sale)
        return sale

    def _recognise(self, sale: Sale) -> None:
        """By the member's number, by the code, or by a click that was agreed to."""
        said = self.story.traffic["orders"]
        buyer = next((one for one in self.buyers if one.joined_at < sale.at), None)
        if sale.member:
            return
        if buyer is not None and self.dice.random() < said["member_share"]:
            self.buyers.remove(buyer)
            sale.member = buyer.handle
        elif self.dice.random() < said["coupon"]["share"]:
            sale.code = said["coupon"]["code"]
        else:
            sale.click = self._click(sale.at)

    def _click(self, placed: datetime.datetime) -> str:
        said = self.story.traffic["orders"]["delay_days"]
        delay = datetime.timedelta(days=self.dice.triangular(0, said["window"], said["median"]))
        number = uuid.UUID(int=self.dice.getrandbits(128), version=4)
        record_click(self.dice.choice(self.links).pk, at=placed - delay, number=number)
        return str(number)
