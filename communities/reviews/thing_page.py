"""What the page of a thing shows."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from communities.calendar import today
from communities.content.addresses import absolute_address
from communities.content.showing.sharing import share_address
from communities.content.viewers import viewer_of
from communities.middleware import CommunityRequest
from communities.models import Membership
from communities.reviews.counting import FEWEST, NOTHING, STARS, Tally, tallies_of
from communities.reviews.models import GONE, Review, Thing
from communities.reviews.permissions import can_edit_things, can_review, takes_reviews
from communities.reviews.procedure import in_short
from communities.reviews.queries import ORDERS, reviews_of
from communities.reviews.seams import ways_named
from communities.reviews.services import standing_review
from communities.reviews.structured_data import described

VERIFIED = "verified"


def thing_page(request: CommunityRequest, thing: Thing) -> dict[str, Any]:
    by, viewer, url = request.membership, viewer_of(request), reverse("reviews:show-thing", args=[thing.slug])
    order, stars, verified = _asked(request)
    after = request.GET.get("after", "")
    page = reviews_of(viewer, thing, order=order, stars=stars, verified=verified, after=after)
    tally = tallies_of(viewer, [thing.pk]).get(thing.pk, NOTHING)
    narrowed = bool(stars or verified)
    is_plain = not (after or narrowed or order != ORDERS[0])
    context: dict[str, Any] = {
        "thing": thing,
        "space": thing.space,
        "rows": page.rows,
        "tally": tally,
        "fewest": FEWEST,
        "narrowed": narrowed,
        "stars": stars,
        "chips": _chips(url, order, stars, verified, tally),
        "bars": [(bar, f"{url}?{_query(stars=bar.stars)}#reviews") for bar in tally.bars],
        "url": url,
        "older_url": f"{url}?{_query(order, stars, verified, page.older)}#reviews" if page.older else "",
        "newest_url": f"{url}?{_query(order, stars, verified)}#reviews" if after else "",
        "way": ways_named([thing.offer], today(request.community)).get(thing.offer),
        "procedure": in_short(thing.space, request.community),
        "manages": can_edit_things(by),
        "page_title": thing.name,
        "page_description": thing.about,
        "canonical_url": absolute_address(request.community, url),
        "share_image": share_address(request.community),
        "robots": "" if is_plain and tally.shown else "noindex, follow",
        "crumbs": _crumbs(thing),
        **_writing(by, thing),
    }
    if by is None and is_plain:
        context["structured"] = described(request.community, thing, tally, page.rows, url=url)
    return context


def _crumbs(thing: Thing) -> list[dict[str, str]]:
    return [
        {"label": _("Reviews"), "url": reverse("reviews:list-things")},
        {"label": thing.space.name, "url": thing.space.get_absolute_url()},
        {"label": thing.name},
    ]


def _asked(request: CommunityRequest) -> tuple[str, int, bool]:
    order, stars = request.GET.get("order", ""), request.GET.get("stars", "")
    known = {str(one): one for one in STARS}
    return (
        order if order in ORDERS else ORDERS[0],
        known.get(stars, 0),
        request.GET.get("only") == VERIFIED,
    )


def _query(order: str = ORDERS[0], stars: int = 0, verified: bool = False, after: str = "") -> str:
    """A list as its address says it; the usual one needs no words."""
    said = {
        "order": order if order != ORDERS[0] else "",
        "stars": stars or "",
        "only": VERIFIED if verified else "",
        "after": after[:60],
    }
    return urlencode({name: value for name, value in said.items() if value})


def _chips(url: str, order: str, stars: int, verified: bool, tally: Tally) -> list[dict[str, Any]]:
    plain = not stars and not verified
    labels = {"new": _("Newest first"), "best": _("Best first"), "worst": _("Worst first")}
    chips = [
        {
            "label": label,
            "url": f"{url}?{_query(name)}#reviews" if name != ORDERS[0] else f"{url}#reviews",
            "current": plain and order == name,
        }
        for name, label in labels.items()
    ]
    if tally.verified:
        only = f"{url}?{_query(verified=True)}#reviews"
        chips.append(
            {"label": _("Order verified"), "url": only, "current": verified, "count": tally.verified}
        )
    return chips


def _writing(by: Membership | None, thing: Thing) -> dict[str, Any]:
    """The way to write: for whom it is open, and the reader’s own review where there is one."""
    if by is None:
        return {"may_review": False, "offers_sign_in": takes_reviews(thing), "mine": None}
    mine: Review | None = standing_review(thing, by)
    may = can_review(by, thing.space) and takes_reviews(thing)
    stands = mine is not None and mine.thread.state not in GONE
    if mine is not None:
        mine.thread.space = thing.space
    return {"may_review": may and not stands, "offers_sign_in": False, "mine": mine if stands else None}
