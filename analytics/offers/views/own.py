"""Members’ pages: their offers, one of them, and the press that gets a code."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from analytics.offers import claiming
from analytics.offers.models import CodeOffer, OfferCode, OfferWish
from analytics.offers.permissions import FEATURE, can_run_offers
from analytics.offers.queries import board_for, is_meant, own_code, sees_offer, terms_of
from analytics.roi.models import Offer
from analytics.roi.money import shown
from communities.exceptions import DomainError, NotAllowed
from communities.launch.exceptions import FeatureClosed
from communities.launch.features import chosen_features, feature_required, is_open
from communities.middleware import CommunityRequest, MemberRequest
from communities.permissions import refuse_stranger
from communities.responses import private


@require_http_methods(["GET", "HEAD", "POST"])
@feature_required(FEATURE)
def list_offers(request: MemberRequest) -> HttpResponse:
    """What this member has, can have and will be able to have; and whether they want to hear of offers."""
    me = request.membership
    if request.method == "POST":
        if "stop" in request.POST:
            claiming.stop_hearing(by=me)
            messages.success(request, _("You will not hear about offers."))
        else:
            claiming.hear_of_offers(by=me)
            messages.success(request, _("You will be told when an offer opens, and a day before it ends."))
        return HttpResponseRedirect(reverse("offers:list-offers"))
    board = board_for(me)
    context = {
        "board": board,
        "next": board.coming[0] if board.coming else None,
        "hears": OfferWish.objects.filter(membership=me).exists(),
        "runs": can_run_offers(me),
        "robots": "noindex",
    }
    return private(render(request, "offers/list_offers.html", context))


def show_offer(request: CommunityRequest, offer: Offer) -> HttpResponse:
    """The page of an offer with codes, at the address of all offers: for members whom it is for, and for whoever has a
    code. A visitor signs in first."""
    if FEATURE not in chosen_features(request.community):
        raise Http404
    refused = refuse_stranger(request)
    if refused is not None:
        return refused
    terms, own = _seen(request, offer)
    return _page(request, terms, own)


def may_follow(request: CommunityRequest, offer: Offer) -> bool:
    """Whoever sees the page may follow its link to the shop."""
    if request.membership is None:
        return False
    try:
        _seen(request, offer)
    except Http404:
        return False
    return True


@require_POST
@feature_required(FEATURE)
def claim_offer(request: MemberRequest, slug: str) -> HttpResponse:
    """A code, once; whoever has one gets to see it again. Where there is none any more, the page says so (409)."""
    offer = Offer.objects.filter(slug=slug, kind=Offer.Kind.CODE).first()
    if offer is None:
        raise Http404
    terms, own = _seen(request, offer)
    if own is None:
        try:
            claiming.claim_code(terms, by=request.membership)
        except (NotAllowed, FeatureClosed):
            raise
        except DomainError as refusal:
            terms = terms_of(offer) or terms
            return _page(request, terms, None, refusal=str(refusal), status=409)
    return HttpResponseRedirect(reverse("roi:show-offer", args=[slug]))


def _seen(request: CommunityRequest, offer: Offer) -> tuple[CodeOffer, OfferCode | None]:
    """The offer and this member’s code of it. Raises Http404 where it is not for them, or offers are closed here."""
    me = request.membership
    terms = terms_of(offer)
    if me is None or terms is None or not is_open(request.community, me, FEATURE):
        raise Http404
    own = own_code(terms, me)
    if not sees_offer(terms, me, own):
        raise Http404
    return terms, own


def _page(
    request: CommunityRequest,
    terms: CodeOffer,
    own: OfferCode | None,
    *,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    assert request.membership is not None  # nobody else gets here
    used = own.used_minor if own is not None and own.used_at is not None else 0
    context = {
        "terms": terms,
        "offer": terms.offer,
        "own": own,
        "stage": terms.stage.value,
        "refusal": refusal,
        "meant": own is not None or is_meant(terms, request.membership),
        "worth": shown(used, request.community.currency) if used > 0 else "",
        "runs": can_run_offers(request.membership),
        "robots": "noindex",
    }
    return private(render(request, "offers/show_offer.html", context, status=status))
