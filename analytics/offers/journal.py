"""What the journal knows of offers. Codes and names are not in it: the list of who has one is."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from analytics.offers.models import CodeOffer
from communities.journal.acts import Act, register_act
from communities.journal.models import Change

CODES = {"codes": _("Codes")}


def _page(change: Change) -> str:
    number = int(change.about) if change.about.isdecimal() else 0
    found = CodeOffer.objects.filter(pk=number).exists()
    return reverse("offers:show-claims", args=[number]) if found else ""


ACTS = (
    Act("offer_made", _("Offer made"), url=_page),
    Act("offer_edited", _("Offer changed"), url=_page),
    Act("offer_paused", _("Offer paused"), url=_page),
    Act("offer_resumed", _("Offer resumed"), url=_page),
    Act("offer_ended", _("Offer ended"), url=_page),
    Act("offer_deleted", _("Offer deleted")),
    Act("offer_codes_added", _("Codes added to an offer"), CODES, _page),
    Act("offer_codes_removed", _("Codes taken out of an offer"), CODES, _page),
    Act("offer_code_taken_back", _("Code taken back"), url=_page),
    Act("offer_code_given_back", _("Code given back"), url=_page),
)


def register() -> None:
    for act in ACTS:
        register_act(act)
