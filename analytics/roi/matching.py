"""Which orders come from people who had contact with the community, and by which touches. One set of queries per
batch."""

from __future__ import annotations

import datetime
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterator

from django.utils.translation import gettext

from analytics.capture.channels import Channel
from analytics.capture.queries import Touch as Visited
from analytics.capture.queries import touches_of
from analytics.roi.attribution import CLICK_WINDOW, LEAD_WINDOW, Touch, credit
from analytics.roi.keys import email_key
from analytics.roi.models import Click, Credit, Lead, Offer, Order, OrderSource
from analytics.roi.order_files import OrderRow
from analytics.roi.seams import code_finders
from communities.letters import fold
from communities.models import Community, Membership

# What a contact is called where no offer names its channel.
MEMBER_CHANNEL = "member"


class Matcher:
    """Knows what the rows of one batch refer to; asks the database once for each kind."""

    def __init__(
        self, community: Community, source: OrderSource, rows: list[OrderRow], known: Collection[Order] = ()
    ) -> None:
        """`known` are rows that stand already: what is told of them later may say nothing of their buyers."""
        self.community = community
        handles = {fold(row.member) for row in rows if row.member}
        self.members = {m.handle_key: m for m in Membership.objects.filter(handle_key__in=handles)}
        numbers = {number for row in rows if (number := _uuid(row.click))}
        numbers |= {one.click_number for one in known if one.click_number}
        self.clicks = {c.number: c for c in Click.objects.filter(number__in=numbers).select_related("offer")}
        codes = {row.code.casefold() for row in rows if row.code}
        self.offers = {}
        if codes:
            self.offers = {
                o.code.casefold(): o for o in Offer.objects.exclude(code="") if o.code.casefold() in codes
            }
            for finder in code_finders:
                self.offers |= finder.find(codes - self.offers.keys())
        self.leads = self._leads(rows)
        sold = {row.refund_of for row in rows if row.refund_of}
        self.sales = {o.external_id: o for o in source.orders.filter(external_id__in=sold)} if sold else {}
        buyers = {one.membership_id for one in known if one.membership_id}
        self.touches = self._touches_of(buyers | {member.pk for member in self.members.values()}, rows)

    def match(self, order: Order, row: OrderRow) -> None:
        """How an order was recognised; the surest way wins. A refund follows its order."""
        order.matched_by, order.membership, order.offer, order.click_number = "", None, None, None
        sale = self.sales.get(row.refund_of) if row.refund_of else None
        member, click = self.members.get(fold(row.member)), self._click_for(order, row)
        offer, lead = self.offers.get(row.code.casefold()), self._lead_for(order, row)
        if sale is not None:
            follow(order, sale)
        elif member is not None:
            order.matched_by, order.membership = Order.Match.MEMBER, member
        elif click is not None:
            order.matched_by, order.offer, order.click_number = Order.Match.CLICK, click.offer, click.number
        elif offer is not None:
            order.matched_by, order.offer = Order.Match.CODE, offer
        elif lead is not None:
            order.matched_by, order.offer = Order.Match.EMAIL, lead.offer

    def credits(self, orders: list[Order]) -> Iterator[Credit]:
        """The parts of each recognised order, by both models; each model’s parts sum to the order."""
        for order in orders:
            touches = self._touches_for(order)
            for model in Credit.Model.values:
                parts = credit(order.net_minor, touches, rule=model, converted_at=order.placed_at)
                for touch, amount in parts:
                    yield Credit(
                        community_id=order.community_id,
                        order=order,
                        model=model,
                        channel=touch.channel,
                        offer_id=touch.offer_id,
                        touched_at=touch.at,
                        page=touch.page,
                        amount_minor=amount,
                    )

    def _touches_for(self, order: Order) -> list[Touch]:
        if not order.matched_by:
            return []
        window = order.placed_at - CLICK_WINDOW
        touches = [t for t in self.touches[order.membership_id] if window <= t.at <= order.placed_at]
        click = self.clicks.get(order.click_number)
        if click is not None:
            touches.append(Touch(click.at, click.offer.medium, click.offer_id))
        if not touches and order.offer is not None:
            touches.append(Touch(order.placed_at, order.offer.medium, order.offer_id))
        return touches or [Touch(order.placed_at, MEMBER_CHANNEL)]

    def _touches_of(self, ids: set[int], rows: list[OrderRow]) -> dict[int | None, list[Touch]]:
        found: dict[int | None, list[Touch]] = defaultdict(list)
        if ids and rows:
            since = min(row.placed_at for row in rows) - CLICK_WINDOW
            for member_id, visits in touches_of(ids, since, max(row.placed_at for row in rows)).items():
                found[member_id] += [_visited(visit) for visit in visits]
            for click in Click.objects.filter(membership__in=ids).select_related("offer"):
                found[click.membership_id].append(Touch(click.at, click.offer.medium, click.offer_id))
        return found

    def _click_for(self, order: Order, row: OrderRow) -> Click | None:
        click = self.clicks.get(_uuid(row.click))
        return click if click and _within(click.at, order.placed_at, CLICK_WINDOW) else None

    def _leads(self, rows: list[OrderRow]) -> dict[str, Lead]:
        keys = {email_key(self.community.pk, row.email) for row in rows if row.email}
        if not keys:
            return {}
        agreed = Lead.objects.filter(email_hash__in=keys, orders_linked=True).select_related("offer")
        return {lead.email_hash: lead for lead in agreed.order_by("at")}

    def _lead_for(self, order: Order, row: OrderRow) -> Lead | None:
        lead = self.leads.get(email_key(self.community.pk, row.email)) if row.email else None
        return lead if lead and _within(lead.at, order.placed_at, LEAD_WINDOW) else None


def _visited(visit: Visited) -> Touch:
    return Touch(visit.at, visit.channel.name.lower(), page=visit.landing_path)


def follow(refund: Order, sale: Order) -> None:
    """A refund is recognised by whatever its order was."""
    refund.matched_by, refund.membership_id = sale.matched_by, sale.membership_id
    refund.offer_id, refund.click_number = sale.offer_id, sale.click_number


def _within(at: datetime.datetime, placed_at: datetime.datetime, window: datetime.timedelta) -> bool:
    return placed_at - window <= at <= placed_at


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        return None


def channel_label(key: str) -> str:
    """What a person reads for the channel of a credit."""
    if key == MEMBER_CHANNEL:
        return gettext("Signed-in member")
    known = {channel.name.lower(): channel.label for channel in Channel} | dict(Offer.Medium.choices)
    return str(known.get(key, key))
