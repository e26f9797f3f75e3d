"""Offers, and people who asked to be contacted."""

from __future__ import annotations

import uuid

from analytics.demo.story import MONTHS, Story
from analytics.roi.models import Lead, Offer
from analytics.roi.services import KnownContact, bring_contacts, save_offer

# The files' words for what sends visitors on to a shop; all other offers ask for a contact.
LINKS = frozenset({"shop", "code"})
# Of the contacts of the running month, so many still wait for a verdict.
WAITING = 4


def settle_offers(story: Story) -> int:
    known = set(Offer.objects.values_list("slug", flat=True))
    made = 0
    for said in story.brand.community["offers"]:
        if said["slug"] in known:
            continue
        is_link = said["kind"] in LINKS
        offer = Offer(
            kind=Offer.Kind.LINK if is_link else Offer.Kind.CONTACT,
            title=said["title"],
            slug=said["slug"],
            text=said["text"],
            address=f"https://shop.{story.brand.slug}.example/{said['slug']}" if is_link else "",
            code=said.get("code", ""),
            medium=Offer.Medium.DISPLAY if is_link else Offer.Medium.REFERRAL,
            starts_on=story.first_day,
        )
        save_offer(offer, by=story.by)
        made += 1
    return made


def settle_contacts(story: Story) -> int:
    """The accepted contacts of each month are those of the files; some more were refused, or wait."""
    if Lead.objects.exists():
        return 0
    said, dice = story.traffic["leads"], story.dice("contacts")
    offers = {offer.slug: offer for offer in Offer.objects.filter(slug__in=said["offers"])}
    contacts: list[KnownContact] = []
    for number, accepted in zip(range(1 - MONTHS, 1), said["per_month"], strict=True):
        asked = round(accepted / said["accept_rate"])
        waiting = WAITING if number == 0 else 0
        verdicts = [Lead.State.ACCEPTED] * accepted + [Lead.State.REFUSED] * (asked - accepted)
        dice.shuffle(verdicts)
        verdicts += [Lead.State.NEW] * waiting
        for at, verdict in zip(story.moments(dice, number, len(verdicts)), verdicts, strict=True):
            name, email = story.person(dice, len(contacts))
            slug = dice.choices(list(said["offers"]), list(said["offers"].values()))[0]
            contacts.append(
                KnownContact(
                    offer=offers[slug],
                    number=uuid.UUID(int=dice.getrandbits(128), version=4),
                    at=at,
                    name=name,
                    email=email,
                    consent_text=said["consent"],
                    state=verdict,
                    judged_at=None if verdict == Lead.State.NEW else at,
                    orders_linked=True,
                )
            )
    return bring_contacts(story.community, contacts, by=story.by)
