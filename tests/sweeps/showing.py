"""What is shown at no address of its own: pages of errors, and mails."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import timezone

from communities.notifications.emails import build_mail
from communities.notifications.models import Notification
from config.error_views import refuse_csrf, show_error
from members.emails import brand_of
from tests.sweeps.markup import faults
from tests.sweeps.world import World

TEMPLATES = Path(settings.BASE_DIR) / "templates"
STATUSES = (400, 403, 404, 409, 410, 413, 429, 500, 503)
FACTS = {"seconds": 5, "megabytes": 10}


def a_request(world: World) -> HttpRequest:
    request = RequestFactory().get("/")
    request.community = world.here.community
    return request


def show_errors(world: World) -> None:
    for status in STATUSES:
        show_error(a_request(world), status, **FACTS)
    refuse_csrf(a_request(world))


def show_mails(world: World) -> None:
    context = brand_of(a_request(world)).context | {
        "code": "123456",
        "from_email": "a@example.org",
        "subject": "S",
        "timestamp": timezone.now(),
    }
    for folder in ("account/email", "account/messages"):
        for path in sorted((TEMPLATES / folder).iterdir()):
            text = render_to_string(f"{folder}/{path.name}", context)
            assert "{{" not in text
            if path.suffix == ".html":
                # A mail has no navigation to skip.
                assert [fault for fault in faults(text) if fault != "0 main"] == [], path.name
    show_notices(world)


def show_notices(world: World) -> None:
    """The mail about the latest news of each kind: some have words of their own."""
    beside = ("membership__member", "thread__space", "post__author", "actor")
    with world.here.scope():
        news = Notification.objects.select_related(*beside).order_by("kind", "-id")
        mails = [build_mail(world.here.community, one) for one in news.distinct("kind")]
    assert any(mail is not None for mail in mails)
