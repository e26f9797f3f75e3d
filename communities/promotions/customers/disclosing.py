"""What is kept of people who are presented as customers, for the proposed texts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from communities.disclosures import Kept, kept


def register() -> None:
    what = _("the words with which you are featured as a customer, and when you agreed or refused")
    kept.register(Kept("customer_stories", what, _("until you leave"), 15))
