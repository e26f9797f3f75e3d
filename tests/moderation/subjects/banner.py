"""A subject for the tests: the brand's banners, which the product does not judge.

It stands for a room that comes later. It brings an act and an outcome of its own, is held as well as reported, and has
no column in the tables of moderation; `test_banner.py` registers it.
"""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone

from communities.middleware import CommunityRequest, MemberRequest
from communities.models import Membership
from communities.promotions.models import Banner
from moderation.models import Case, Decision
from moderation.permissions import can_claim_case, can_restore_removed_post, stands_above
from moderation.subjects.acts import Act, Order, does_nothing
from moderation.subjects.base import Counted, Subject
from moderation.subjects.words import Words
from moderation.vocabulary import Act as Name
from moderation.vocabulary import Outcome

TEXT = "Half a mast for the price of one."


def may_leave(by: Membership, case: Case, _banner: Banner, _last: Decision | None) -> bool:
    return case.is_open and can_claim_case(by, case)


def may_retire(by: Membership, case: Case, _banner: Banner, _last: Decision | None) -> bool:
    return may_leave(by, case, _banner, _last) and stands_above(by, case)


def may_restore(by: Membership, case: Case, banner: Banner, last: Decision | None) -> bool:
    return not case.is_open and banner.archived_at is not None and can_restore_removed_post(by, case, last)


def publish(order: Order) -> None:
    Banner.objects.filter(pk=order.thing.pk).update(paused_at=None)


def retire(order: Order) -> None:
    Banner.objects.filter(pk=order.thing.pk).update(archived_at=timezone.now())


def restore(order: Order) -> None:
    Banner.objects.filter(pk=order.thing.pk).update(archived_at=None)


class BannerSubject(Subject[Banner]):
    name = "banner"
    model = Banner
    label = "Banner"
    words = Words(heading="The banner", concerned="Who made it", only_a_rule="No law is broken.")
    acts = (
        Act(
            name=Name.APPROVE,
            done=Name.APPROVE.label,
            label="Show it",
            key="a",
            outcome=Outcome.APPROVED,
            may=may_leave,
            does=lambda order: (publish if order.case.kind == Case.Kind.HELD else does_nothing)(order),
        ),
        Act(
            name="retire",
            done="Retired",
            label="Retire the banner",
            key="r",
            outcome="retired",
            outcome_label="Off the wall",
            may=may_retire,
            does=retire,
            about="Its figures stay.",
            bad=True,
            needs_ground=True,
            headline="Your banner was retired",
            effect="Nobody sees it any more.",
            answer="The banner was retired.",
        ),
        Act(
            name=Name.RESTORE,
            done=Name.RESTORE.label,
            label="Show it again",
            key="a",
            outcome=Outcome.RESTORED,
            may=may_restore,
            does=restore,
            needs_reason=True,
            headline="Your banner is back",
        ),
    )
    doors = ("banner",)
    feature = "forums"

    def title_of(self, thing: Banner) -> str:
        return thing.button

    def author_of(self, thing: Banner) -> Membership | None:
        return thing.created_by

    def state_of(self, thing: Banner) -> str:
        return thing.stage

    def address_of(self, thing: Banner) -> str:
        return reverse("front:show-home")

    def text_of(self, thing: Banner) -> str:
        return thing.text

    def can_report(self, by: Membership | None, thing: Banner) -> bool:
        return thing.archived_at is None and (by is None or by.pk != thing.created_by_id)

    def find(self, request: CommunityRequest, door: str, key: str) -> Banner | None:
        found: Banner | None = Banner.objects.kept().filter(pk=int(key)).first() if key.isdecimal() else None
        return found

    def find_for_team(self, request: MemberRequest, key: str) -> Banner | None:
        return self.find(request, "banner", key)

    def count_of(self, person: Membership) -> Counted:
        own = Banner.objects.filter(created_by=person)
        return Counted(own.kept().count(), own.archived().count())


def make_banner(by: Membership, **fields: Any) -> Banner:
    given = {"placement": "home", "text": TEXT, "button": "Buy a mast", "target": "https://example.org/"}
    banner: Banner = Banner.objects.create(created_by=by, **(given | fields))
    return banner
