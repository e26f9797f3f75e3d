"""Offers with codes for members, and who has got one; those whom one can be have not yet."""

from __future__ import annotations

import datetime

from analytics.demo.story import Story
from analytics.offers import claiming, stock
from analytics.offers.models import CodeOffer, OfferCode
from analytics.offers.services import OfferWishes, make_offer
from analytics.roi.models import Offer
from communities.demo.reading import Entry
from communities.limits import without_limits
from communities.models import Membership


def settle_member_offers(story: Story) -> int:
    known = set(Offer.objects.values_list("slug", flat=True))
    made = [said for said in story.brand.community.get("member_offers", ()) if said["slug"] not in known]
    for said in made:
        terms = _made(story, said)
        _claimed(story, terms, said)
    return len(made)


def _made(story: Story, said: Entry) -> CodeOffer:
    wishes = OfferWishes(
        title=said["title"],
        text=said["text"],
        how=said["how"],
        address=f"https://shop.{story.brand.slug}.example/{said['slug']}",
        opens_at=story.clock.at(said["day"], "09:00"),
        ends_at=story.clock.at(said["until"], "18:00"),
        way="shared" if "code" in said else "own",
        code=said.get("code", ""),
    )
    terms = make_offer(wishes, by=story.by)
    Offer.objects.filter(pk=terms.offer_id).update(slug=said["slug"])
    if "codes" in said:
        stock.make_codes(terms, said["codes"], prefix=said["prefix"], by=story.by)
    # Its opening is no news any more.
    CodeOffer.objects.filter(pk=terms.pk).update(opening_told_at=terms.opens_at)
    return terms


def _claimed(story: Story, terms: CodeOffer, said: Entry) -> None:
    dice, cast = story.dice(said["slug"]), {one.pk for one in story.scene.cast}
    members = [one for one in story.scene.people.values() if one.role == Membership.Role.MEMBER]
    people = [
        one for one in members if one.pk not in cast and one.can_write and one.joined_at < terms.opens_at
    ]
    dice.shuffle(people)
    moment = terms.opens_at
    with without_limits():
        for person in people[: said["taken"]]:
            code = claiming.claim_code(terms, by=person)
            moment += datetime.timedelta(minutes=dice.randrange(20, 240))
            at = min(moment, story.clock.now)
            OfferCode.objects.filter(pk=code.pk).update(claimed_at=at)
