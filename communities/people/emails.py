"""How mails about accounts look when they are asked for in a community."""

from __future__ import annotations

from email.utils import formataddr, parseaddr

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from communities.models import Community
from communities.theming import PLATFORM, theme_for_mail
from members.emails import Brand


def brand_of(request: HttpRequest | None) -> Brand:
    """The community’s name, sender and colours; the platform’s on its own pages."""
    community: Community | None = getattr(request, "community", None)
    if request is None or community is None:
        mail = theme_for_mail(PLATFORM.as_json())
        return Brand(settings.DEFAULT_FROM_EMAIL, {"mail": mail, "platform_name": settings.PLATFORM_NAME})
    name = community.sender_name or community.name
    address = community.sender_email or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    context = {
        "community": community,
        "mail": theme_for_mail(community.theme),
        "platform_name": settings.PLATFORM_NAME,
        "legal_line": community.legal.get("publisher", ""),
        "signin_url": request.build_absolute_uri(
            f"{reverse('account_login')}?next={reverse('launch:join-community')}"
        ),
    }
    return Brand(formataddr((name, address)), context)
