"""Mails of a community: its name, its colours, its language, its addresses; and how the outbox finds its mails."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from email.utils import formataddr, parseaddr
from functools import partial
from urllib.parse import urlsplit

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import HttpRequest
from django.urls import get_script_prefix, get_urlconf, reverse, set_script_prefix, set_urlconf
from django.utils import timezone, translation

from communities.languages import spoken
from communities.mailing import returns
from communities.mailing.signatures import signer_for
from communities.models import Community
from communities.queries import absolute_address, communities_by_question, community_root
from communities.scoping import community_scope
from communities.theming import PLATFORM, theme_for_mail
from members.mails.building import Brand
from members.mails.reports.verdicts import Report
from members.mails.signed import Sign
from members.models import OutgoingMail


def sender_of(community: Community) -> str:
    """The community's own name and address; the platform's address where it has none."""
    _name, platform = parseaddr(settings.DEFAULT_FROM_EMAIL)
    name = " ".join((community.sender_name or community.name).split())
    return formataddr((name, community.sender_email or platform))


def brand_for(community: Community) -> Brand:
    """How mails of a community look, and who they come from."""
    context = {
        "community": community,
        "mail": theme_for_mail(community.theme),
        "platform_name": settings.PLATFORM_NAME,
        "legal_line": community.legal.get("publisher", ""),
        "mail_look": _mail_look(community),
    }
    return Brand(sender_of(community), context, partial(absolute_address, community))


def _mail_look(community: Community) -> dict[str, object]:
    """What stands above and below the words of a mail: a band, a logo, a signature (`settings["mail"]`)."""
    kept = community.settings.get("mail")
    look = kept if isinstance(kept, dict) else {}
    width, height = (community.settings.get("brand") or {}).get("logo_mail") or (0, 0)
    logo = ""
    if community.logo and width and look.get("with_logo", True):
        picture = f"{community.logo.rpartition('/')[0]}/mail.png"
        logo = absolute_address(community, default_storage.url(picture))
    return {
        "band": look.get("with_band", True),
        "logo": logo,
        # It was stored at twice its size, for dense screens.
        "width": max(width // 2, 1),
        "height": max(height // 2, 1),
        "signature": str(look.get("signature", "")),
    }


def brand_of(request: HttpRequest | None) -> Brand:
    """The brand of the community that a page belongs to; the platform’s on its own pages."""
    community: Community | None = getattr(request, "community", None)
    if community is None:
        mail = theme_for_mail(PLATFORM.as_json())
        return Brand(settings.DEFAULT_FROM_EMAIL, {"mail": mail, "platform_name": settings.PLATFORM_NAME})
    brand = brand_for(community)
    brand.context["signin_url"] = _sign_in_address(community)
    return brand


def _sign_in_address(community: Community) -> str:
    join = urlsplit(absolute_address(community, reverse("launch:join-community"))).path
    return f"{absolute_address(community, reverse('account_login'))}?next={join}"


@contextmanager
def speaking(community: Community, language: str) -> Iterator[None]:
    """In a language (the community’s where none is known), by its clocks, with `reverse()` under its own path.

    Outside a request nothing else says which path and which hour that is; inside one, which may be on the platform’s
    own pages, the request's own is restored afterwards.
    """
    outer, outer_pages = get_script_prefix(), get_urlconf()
    set_script_prefix(urlsplit(community_root(community)).path)
    set_urlconf(None)  # the pages of communities
    try:
        said = spoken(language or community.language, community.address_form)
        with translation.override(said), timezone.override(community.zone):
            yield
    finally:
        set_script_prefix(outer)
        set_urlconf(outer_pages)


def page_address(community: Community, name: str, *args: object) -> str:
    """The whole address of a page of the community."""
    outer = get_script_prefix()
    # Under its own path, which the address begins with anyway, a pattern would be made for each community.
    set_script_prefix("/")
    try:
        return community_root(community) + reverse(name, args=args).lstrip("/")
    finally:
        set_script_prefix(outer)


class MailsOfCommunities:
    """What the outbox asks about communities (`members.mails.sending`): numbers, never rows."""

    def with_mails(self, now: datetime.datetime, dead_since: datetime.datetime) -> list[int]:
        return communities_by_question("select communities_with_outgoing_mails(%s, %s)", [now, dead_since])

    def with_old_mails(self, before: datetime.datetime, now: datetime.datetime) -> list[int]:
        return communities_by_question("select communities_with_old_mails(%s, %s)", [before, now])

    def signer_for(self, mail: OutgoingMail) -> Sign | None:
        return signer_for(mail.sender)

    def is_turned_away(self, mail: OutgoingMail) -> bool:
        return returns.has_complained(mail.recipient)

    def note_return(self, mail: OutgoingMail, report: Report) -> bool:
        return returns.note_return(mail, report)

    def note_stop(self, mail: OutgoingMail) -> None:
        returns.note_stop(mail)

    def enter(self, community_id: int) -> AbstractContextManager[None]:
        return community_scope(community_id, durable=True)
