"""Notifications on devices: switched on and off by their member alone, and sent to nobody else."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from communities.exceptions import NoScope
from communities.models import Membership
from communities.notifications.devices.naming import name_of
from communities.notifications.devices.services import MOST_DEVICES, may_send_to
from communities.notifications.models import Device, PushKey
from tests.communities.people.leaving import leave_wholly
from tests.conftest import Cast
from tests.push_service import HOST, Browser

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("push_service")]

PAGE = "/me/notifications/"
DEVICES = "/me/notifications/devices/"
PHONE = "Mozilla/5.0 (Android 16; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"


def switch_on(client: Client, here: Cast, browser: Browser, **more: str) -> Any:
    agent = {"User-Agent": PHONE}
    return client.post(here.url(DEVICES), browser.said | more, headers=agent)


def devices_of(membership: Membership) -> list[str]:
    return list(Device.objects.of(membership).order_by("pk").values_list("endpoint", flat=True))


def test_a_device_is_switched_on_listed_and_removed(here: Cast) -> None:
    client, browser = here.sign_in(here.member), Browser()
    answer = switch_on(client, here, browser)
    assert answer.status_code == 302
    page = client.get(here.url(PAGE))
    assert "Firefox, Android" in page.text
    assert "This device" in page.text
    assert browser.said["endpoint"] not in page.text, "whoever knows it could be taken for this browser"
    with here.scope():
        device = Device.objects.get(membership=here.member)
    # In another browser it is listed, and is not the one that one looks at.
    other = here.sign_in(here.member).get(here.url(PAGE))
    assert "Firefox, Android" in other.text
    assert "This device" not in other.text
    assert client.post(here.url(f"{DEVICES}{device.pk}/remove/")).status_code == 302
    assert "Firefox, Android" not in client.get(here.url(PAGE)).text
    with here.scope():
        assert devices_of(here.member) == []


def test_the_same_browser_is_one_device_and_of_whoever_switched_it_on_last(here: Cast) -> None:
    browser = Browser()
    for who in (here.member, here.member, here.moderator):
        switch_on(here.sign_in(who), here, browser)
    with here.scope():
        assert devices_of(here.member) == []
        assert devices_of(here.moderator) == [browser.said["endpoint"]]


def test_a_renewed_address_takes_the_place_of_the_former(here: Cast) -> None:
    client, former, renewed = here.sign_in(here.member), Browser("/send/1"), Browser("/send/2")
    others = Browser("/send/3")
    switch_on(client, here, former)
    switch_on(here.sign_in(here.moderator), here, others)
    address = here.url(f"{DEVICES}key/")
    assert client.get(address).json()["key"] == "", "reading makes none"
    made = client.post(address).json()
    assert client.get(address).json()["key"] == made["key"] != ""
    switch_on(client, here, renewed, instead_of=former.said["endpoint"])
    # Of somebody else it takes nothing.
    switch_on(client, here, renewed, instead_of=others.said["endpoint"])
    with here.scope():
        assert devices_of(here.member) == [renewed.said["endpoint"]]
        assert devices_of(here.moderator) == [others.said["endpoint"]]


@pytest.mark.parametrize(
    "wrong",
    [
        {"endpoint": ""},
        {"endpoint": f"http://{HOST}/send/one"},
        {"endpoint": f"https://{HOST}:8443/send/one"},
        {"endpoint": "https://127.0.0.1/send/one"},
        {"endpoint": "https://elsewhere.example.com/send"},
        {"endpoint": f"https://{HOST}/" + "x" * 1000},
        {"p256dh": "AAAA"},
        {"auth": ""},
    ],
)
def test_what_no_push_service_gave_is_refused(here: Cast, wrong: dict[str, str]) -> None:
    client = here.sign_in(here.member)
    answer = switch_on(client, here, Browser(), **wrong)
    assert answer.status_code == 422
    assert "a service that this installation does not send to" in answer.text
    with here.scope():
        assert devices_of(here.member) == []


def test_hosts_are_those_that_the_operator_names(settings: Any) -> None:
    settings.PUSH_SERVICES = ["fcm.googleapis.com", "*.push.apple.com"]
    assert may_send_to("https://fcm.googleapis.com/fcm/send/x")
    assert may_send_to("https://WEB.push.apple.com/x")
    for other in (
        "https://googleapis.com/x",
        "https://push.apple.com.evil.example/x",
        "https://a@fcm.googleapis.com/",
    ):
        assert not may_send_to(other), other


def test_nothing_is_offered_where_nothing_is_sent(here: Cast, settings: Any) -> None:
    settings.PUSH_SERVICES = []
    client = here.sign_in(here.member)
    assert "on your devices" not in client.get(here.url(PAGE)).text
    assert client.get(here.url(f"{DEVICES}key/")).status_code == 404
    assert switch_on(client, here, Browser()).status_code == 422


def test_nobody_else_sees_or_removes_a_device(here: Cast, elsewhere: Cast) -> None:
    switch_on(here.sign_in(here.member), here, Browser())
    with here.scope():
        device = Device.objects.get()
    for who in (here.owner, here.moderator):
        client = here.sign_in(who)
        assert "Firefox" not in client.get(here.url(PAGE)).text
        assert client.post(here.url(f"{DEVICES}{device.pk}/remove/")).status_code == 404
    client = elsewhere.sign_in(elsewhere.member)
    assert client.post(elsewhere.url(f"{DEVICES}{device.pk}/remove/")).status_code == 404
    with elsewhere.scope():
        assert not Device.objects.exists()
    with pytest.raises(NoScope):
        Device.objects.count()


def test_the_list_is_bounded_and_the_oldest_goes(here: Cast) -> None:
    client = here.sign_in(here.member)
    for number in range(MOST_DEVICES + 1):
        switch_on(client, here, Browser(f"/send/{number}"))
    with here.scope():
        left = devices_of(here.member)
    assert len(left) == MOST_DEVICES
    assert f"https://{HOST}/send/0" not in left


def test_signing_out_ends_it_at_that_browser_alone(here: Cast, settings: Any) -> None:
    one, other = here.sign_in(here.member), here.sign_in(here.member)
    switch_on(one, here, Browser("/send/1"))
    switch_on(other, here, Browser("/send/2"))
    # Also when the session is another one by now.
    del one.cookies[settings.SESSION_COOKIE_NAME]
    one.force_login(here.member.member)
    assert one.post(here.url("/sign-out/")).status_code == 302
    with here.scope():
        assert devices_of(here.member) == [f"https://{HOST}/send/2"]


def test_leaving_ends_it(here: Cast) -> None:
    switch_on(here.sign_in(here.member), here, Browser())
    with here.scope():
        leave_wholly(here.member)
        assert not Device.objects.exists()


def test_there_is_one_key_and_the_database_cannot_read_it(here: Cast) -> None:
    client = here.sign_in(here.member)
    keys = {client.post(here.url(f"{DEVICES}key/")).json()["key"] for _turn in range(2)}
    assert len(keys) == 1
    (row,) = PushKey.objects.all()
    assert row.sealed_key.startswith("1.")


def test_the_worker_knows_how_to_show_what_comes(here: Cast) -> None:
    worker = here.sign_in(here.member).get(here.url("/worker.js")).text
    assert 'addEventListener("push"' in worker
    assert here.url(f"{DEVICES}key/").replace("-", "\\u002D") in worker
    # Nothing of it is loaded by visitors’ pages.
    assert "worker.js" not in Client().get(here.url("/")).text


def test_a_key_that_cannot_be_read_any_more_is_replaced(here: Cast) -> None:
    client = here.sign_in(here.member)
    address = here.url(f"{DEVICES}key/")
    former = client.post(address).json()["key"]
    sealed = PushKey.objects.get().sealed_key
    PushKey.objects.update(sealed_key=sealed[:-8] + "AAAAAAA=")
    assert client.get(address).json()["key"] == ""
    assert client.post(address).json()["key"] not in ("", former)
    assert PushKey.objects.count() == 1


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (PHONE, "Firefox, Android"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) Version/26.0 Mobile Safari/604.1",
            "Safari, iPhone",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("curl/8", ""),
    ],
)
def test_a_browser_is_called_by_its_name(agent: str, name: str) -> None:
    assert name_of(agent) == name
