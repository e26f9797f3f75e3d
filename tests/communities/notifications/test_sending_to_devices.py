"""What reaches a device: the line of the bell, encrypted, once, at the moment of its mail; and what ends it."""

from __future__ import annotations

import datetime
import logging
from typing import Any

import pytest
from django.utils import timezone

from communities.models import Membership
from communities.notifications.choices import edit_channels
from communities.notifications.devices.sending import begin, send_waiting, wait_of
from communities.notifications.devices.services import Subscription, add_device
from communities.notifications.devices.signing import public_key
from communities.notifications.emails import write_waiting
from communities.notifications.models import Device, Notification, Push, PushKey
from communities.notifications.services import tell_of_post
from communities.notifications.tasks import send_to_devices
from tests.conftest import Cast
from tests.factories import make_reply, make_thread
from tests.push_service import HOST, Browser, PushService, claims_of

pytestmark = pytest.mark.django_db


def own(browser: Browser, membership: Membership) -> Device:
    said = browser.said
    return add_device(
        Subscription(said["endpoint"], said["p256dh"], said["auth"]), name="Firefox, Linux", by=membership
    )


def replied(here: Cast, browser: Browser | None = None) -> Any:
    """A reply that the member is told of, and whose mail is due."""
    with here.scope():
        if browser is not None:
            own(browser, here.member)
        thread = make_thread(here.forum, by=here.member, title="Winter list")
        tell_of_post(make_reply(thread, by=here.ambassador, body="<p>The words of the reply.</p>"))
        make_due()
    return thread


def make_due() -> None:
    Notification.objects.filter(mailed_at__isnull=True).exclude(mail_due_at=None).update(
        mail_due_at=timezone.now() - datetime.timedelta(seconds=1)
    )


def later(here: Cast) -> None:
    with here.scope():
        Push.objects.update(due_at=timezone.now() - datetime.timedelta(seconds=1))


def sent(here: Cast) -> int:
    write_waiting(here.community)
    return int(send_to_devices())


def test_a_line_reaches_the_device_as_the_browser_reads_it(here: Cast, push_service: PushService) -> None:
    browser = Browser()
    thread = replied(here, browser)
    assert send_to_devices() == 0, "not before its mail"
    assert sent(here) == 1
    (posted,) = push_service.posted
    said = browser.read_news(posted.body)
    assert said["title"] == here.community.name
    assert said["body"] == f"{here.ambassador.display_name} replied in “Winter list”"
    assert said["url"].endswith(f"/forums/t/{thread.slug}/#p-2")
    assert said["lang"] == "en"
    assert "The words of the reply" not in str(said)
    assert posted.headers["content-encoding"] == "aes128gcm"
    assert posted.headers["urgency"] == "normal"
    assert 86_000 < int(posted.headers["ttl"]) <= 86_400
    assert posted.headers["topic"] == said["tag"]
    assert len(said["tag"]) == 32
    assert "cookie" not in posted.headers
    claims = claims_of(posted.headers["authorization"])
    assert claims["aud"] == f"https://{HOST}"
    assert claims["sub"].startswith("mailto:")
    with here.scope():
        assert f"k={public_key()}" in posted.headers["authorization"]
        assert Device.objects.get().reached_at is not None
        assert not Push.objects.exists()
    assert sent(here) == 0, "once"


def test_it_speaks_the_language_of_its_reader(here: Cast, push_service: PushService) -> None:
    with here.scope():
        Membership.objects.filter(pk=here.member.pk).update(language="fr")
    browser = Browser()
    replied(here, browser)
    sent(here)
    said = browser.read_news(push_service.posted[0].body)
    assert (said["lang"], said["dir"]) == ("fr", "ltr")
    assert "a répondu" in said["body"]


def test_the_choice_of_mails_is_the_choice_of_devices(here: Cast, push_service: PushService) -> None:
    with here.scope():
        edit_channels(here.member, muted=["reply_posted"])
    replied(here, Browser())
    assert sent(here) == 0
    assert push_service.posted == []


def test_what_was_read_or_withdrawn_meanwhile_is_not_sent(here: Cast, push_service: PushService) -> None:
    thread = replied(here, Browser())
    write_waiting(here.community)
    with here.scope():
        assert Push.objects.count() == 1
        thread.posts.filter(position=2).update(state="deleted")
    assert send_to_devices() == 0
    replied(here)
    write_waiting(here.community)
    with here.scope():
        Notification.objects.update(read_at=timezone.now())
    assert send_to_devices() == 0
    with here.scope():
        assert not Push.objects.exists()
        assert push_service.posted == []


def test_whoever_is_shut_out_hears_nothing(here: Cast, push_service: PushService) -> None:
    replied(here, Browser())
    write_waiting(here.community)
    with here.scope():
        Membership.objects.filter(pk=here.member.pk).update(status=Membership.Status.BANNED)
    assert send_to_devices() == 0
    assert push_service.posted == []


def test_later_lines_about_one_thread_replace_each_other(here: Cast, push_service: PushService) -> None:
    browser, other = Browser("/send/1"), Browser("/send/2")
    thread = replied(here, browser)
    with here.scope():
        own(other, here.member)
    assert sent(here) == 2
    with here.scope():
        Notification.objects.update(read_at=timezone.now())
        tell_of_post(make_reply(thread, by=here.moderator))
        make_due()
    assert sent(here) == 2
    topics = [(one.path, one.headers["topic"]) for one in push_service.posted]
    assert len(set(topics)) == 2, (
        "one for each device, and the service cannot tell that they are told the same"
    )
    assert len({topic for _path, topic in topics}) == 2


@pytest.mark.parametrize("status", [404, 410])
def test_a_device_that_is_gone_is_forgotten(
    here: Cast,
    push_service: PushService,
    status: int,
) -> None:
    browser = Browser()
    push_service.answers[browser.path] = (status, {})
    replied(here, browser)
    assert sent(here) == 0
    with here.scope():
        assert not Device.objects.exists()
        assert not Push.objects.exists()


def test_a_service_that_asks_to_wait_is_left_alone(here: Cast, push_service: PushService) -> None:
    one, two = Browser("/send/1"), Browser("/send/2")
    push_service.answers["/send/1"] = push_service.answers["/send/2"] = (429, {"Retry-After": "1800"})
    with here.scope():
        own(two, here.member)
    replied(here, one)
    assert sent(here) == 0
    assert len(push_service.posted) == 1, "the other one is not even tried"
    assert send_to_devices() == 0
    with here.scope():
        waits = sorted(Push.objects.values_list("due_at", flat=True))
        assert waits[-1] > timezone.now() + datetime.timedelta(minutes=29)
    push_service.answers.clear()
    later(here)
    assert send_to_devices() == 2


@pytest.mark.parametrize(
    ("status", "waits"), [(500, True), (503, True), (400, False), (403, False), (413, False), (302, False)]
)
def test_what_fails_is_tried_again_where_that_helps(
    here: Cast,
    push_service: PushService,
    status: int,
    waits: bool,
) -> None:
    browser = Browser()
    push_service.answers[browser.path] = (status, {"Location": "https://127.0.0.1/"})
    replied(here, browser)
    assert sent(here) == 0
    with here.scope():
        assert Push.objects.filter(failures=1).exists() is waits
        assert Device.objects.exists()
    push_service.answers.clear()
    later(here)
    assert send_to_devices() == int(waits)


def test_what_is_too_late_or_to_a_former_service_is_dropped(
    here: Cast,
    push_service: PushService,
    settings: Any,
) -> None:
    replied(here, Browser())
    write_waiting(here.community)
    with here.scope():
        Push.objects.update(useless_at=timezone.now())
    assert send_to_devices() == 0
    replied(here)
    write_waiting(here.community)
    settings.PUSH_SERVICES = ["another.example.com"]
    assert send_to_devices() == 0
    assert push_service.posted == []
    with here.scope():
        assert not Push.objects.exists()


def test_nobody_else_is_told_and_communities_do_not_meet(
    here: Cast,
    elsewhere: Cast,
    push_service: PushService,
) -> None:
    with elsewhere.scope():
        own(Browser("/send/elsewhere"), elsewhere.member)
    with here.scope():
        own(Browser("/send/other"), here.moderator)
    replied(here, Browser("/send/member"))
    assert sent(here) == 1
    assert [one.path for one in push_service.posted] == ["/send/member"]


def test_nothing_secret_is_logged(
    here: Cast,
    push_service: PushService,
    caplog: pytest.LogCaptureFixture,
) -> None:
    browser = Browser("/send/hidden")
    push_service.answers[browser.path] = (500, {})
    replied(here, browser)
    with caplog.at_level(logging.DEBUG):
        sent(here)
    said = "\n".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records)
    assert "a device was not reached" in said
    assert HOST in said
    for secret in ("/send/hidden", browser.said["auth"], browser.said["p256dh"], "vapid"):
        assert secret not in said
    assert PushKey.objects.get().sealed_key not in said


def test_a_community_in_which_a_run_is_at_work_is_not_sent_twice(
    here: Cast, push_service: PushService
) -> None:
    replied(here, Browser())
    write_waiting(here.community)
    run = begin()
    assert run is not None
    assert send_waiting(here.community, run) == 1
    assert send_waiting(here.community, run) == 0


@pytest.mark.parametrize(
    ("said", "minutes"),
    [("", 1), ("5", 1), ("600", 10), ("99999999", 360), ("soon", 1), ("Wed, 21 Oct 2015 07:28:00 GMT", 1)],
)
def test_how_long_a_service_wants_to_be_left_alone(said: str, minutes: int) -> None:
    assert wait_of(said) == datetime.timedelta(minutes=minutes)
