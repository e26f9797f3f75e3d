"""Whom to tell of a weakness (RFC 9116), on every host."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from communities.permissions import in_any_state, public_page

# After that, whoever reads a copy of it should ask again.
HOLDS = datetime.timedelta(days=180)


@public_page
@in_any_state
@require_safe
def show_security_contact(request: HttpRequest) -> HttpResponse:
    """The platform’s contact, also on a community’s host: whoever runs the installation mends it."""
    # Whole days, so that the text is the same for a day.
    ends = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0) + HOLDS
    languages = ", ".join(code for code, _name in settings.LANGUAGES)
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {ends.astimezone(datetime.UTC):%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {languages}",
    ]
    response = HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response
