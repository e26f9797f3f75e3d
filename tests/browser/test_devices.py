"""Notifications on a device: asked for by a press, shown by the service worker, and gone with the device.

No browser of a test has a push service: what one would give is put in its place, and what one would bring is handed to
the worker by the browser’s own tools. What travels between is tested in `tests/communities/notifications`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser as Program
from playwright.sync_api import BrowserContext, Page, expect

from communities.models import Membership
from communities.notifications.models import Device
from tests.browser.conftest import WHOLE, chromium
from tests.browser.walking import comes_true
from tests.conftest import Cast
from tests.push_service import HOST, Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SignIn = Callable[[Membership], None]
PAGE = "/me/notifications/"
ON = "Notifications on this device"
READY = "navigator.serviceWorker.ready.then((one) => one.active.state === 'activated')"
# The browser’s part: its question, answered by the test, and its push service.
PRETEND = """(() => {
  const kept = () => JSON.parse(localStorage.getItem("pretended"));
  const made = (said) => said && {
    endpoint: said.endpoint,
    toJSON: () => ({ endpoint: said.endpoint, keys: { p256dh: said.p256dh, auth: said.auth } }),
    unsubscribe: async () => { localStorage.removeItem("pretended"); return true; },
  };
  Object.defineProperty(Notification, "permission", { get: () => localStorage.getItem("answer") ?? "default" });
  Notification.requestPermission = async () => {
    localStorage.setItem("asked", Number(localStorage.getItem("asked")) + 1);
    const answer = %(answer)s;
    if (answer !== "default") localStorage.setItem("answer", answer);
    return answer;
  };
  PushManager.prototype.getSubscription = async () => made(kept());
  PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
    if (applicationServerKey.length !== 65 || %(fails)s) throw new DOMException("", "AbortError");
    localStorage.setItem("pretended", JSON.stringify(%(said)s));
    return made(kept());
  };
})();"""


def pretend(page: Page, *, answer: str = "granted", fails: bool = False) -> Browser:
    browser = Browser()
    values = {"answer": answer, "fails": fails, "said": browser.said}
    page.add_init_script(PRETEND % {name: json.dumps(value) for name, value in values.items()})
    return browser


@pytest.fixture(scope="module")
def browser(browser: Program) -> Iterator[Program]:
    """One that shows notifications, which the usual one may not."""
    own = browser.browser_type.launch(executable_path=chromium(WHOLE), args=["--no-sandbox"])
    yield own
    own.close()


@pytest.fixture(autouse=True)
def switched_on(settings: Any) -> None:
    settings.OFFLINE_PAGE = True
    settings.PUSH_SERVICES = [HOST]


def devices_of(cast: Cast) -> list[str]:
    with cast.scope():
        return list(Device.objects.of(cast.member).values_list("endpoint", flat=True))


def test_a_device_is_switched_on_by_a_press_and_off_again(
    page: Page, cast: Cast, server: str, sign_in: SignIn, complaints: list[str]
) -> None:
    browser = pretend(page)
    sign_in(cast.member)
    page.goto(f"{server}{cast.url(PAGE)}")
    button = page.get_by_role("button", name=ON)
    expect(button).to_be_visible()
    assert page.evaluate("localStorage.getItem('asked')") is None, "nobody is asked before"
    button.click()
    expect(page.get_by_text("Notifications are on for this device.").first).to_be_visible()
    expect(page.get_by_text("This device", exact=True)).to_be_visible()
    expect(button).to_be_hidden()
    assert devices_of(cast) == [browser.said["endpoint"]]
    # What the browser has lost is offered again, and is the same device.
    page.evaluate("localStorage.removeItem('pretended')")
    page.reload()
    button.click()
    expect(button).to_be_hidden()
    assert devices_of(cast) == [browser.said["endpoint"]]
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("Nothing is sent to this device any more.").first).to_be_visible()
    expect(button).to_be_visible()
    assert devices_of(cast) == []
    assert page.evaluate("localStorage.getItem('pretended')") is None
    assert complaints == []


@pytest.mark.parametrize(
    ("answer", "fails", "words"),
    [
        ("denied", False, "Your browser refuses notifications from this place."),
        ("default", False, "was closed without an answer"),
        ("granted", True, "notification service gave no answer"),
    ],
)
def test_why_it_was_not_switched_on_is_said(
    page: Page, cast: Cast, server: str, sign_in: SignIn, answer: str, fails: bool, words: str
) -> None:
    pretend(page, answer=answer, fails=fails)
    sign_in(cast.member)
    page.goto(f"{server}{cast.url(PAGE)}")
    button = page.get_by_role("button", name=ON)
    button.click()
    expect(page.locator("#devices [role=status]")).to_contain_text(words)
    # A refusal is not asked again; the rest can be tried once more.
    expect(button).to_be_visible(visible=answer != "denied")
    page.reload()
    expect(button).to_be_visible(visible=answer != "denied")
    assert devices_of(cast) == []


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (
            "Object.defineProperty(window, 'isSecureContext', { value: false })",
            "did not come over a secure connection",
        ),
        ("delete window.PushManager", "This browser cannot receive notifications"),
        (
            "delete window.PushManager;"
            "Object.defineProperty(navigator, 'userAgent', { value: 'Mozilla/5.0 (iPhone) Safari/604' })",
            "once the place is on your home screen",
        ),
    ],
)
def test_what_cannot_work_is_said_and_not_offered(
    page: Page, cast: Cast, server: str, sign_in: SignIn, script: str, words: str
) -> None:
    page.add_init_script(script)
    sign_in(cast.member)
    page.goto(f"{server}{cast.url(PAGE)}")
    expect(page.locator("#devices [role=status]")).to_contain_text(words)
    expect(page.get_by_role("button", name=ON)).to_be_hidden()


def test_where_nothing_could_show_it_nothing_is_offered(
    page: Page, cast: Cast, server: str, sign_in: SignIn, settings: Any
) -> None:
    settings.OFFLINE_PAGE = False
    sign_in(cast.member)
    page.goto(f"{server}{cast.url(PAGE)}")
    expect(page.get_by_text("No device can be added at the moment.")).to_be_visible()
    expect(page.get_by_role("button", name=ON)).to_be_hidden()


def test_what_is_pushed_is_shown_and_its_press_opens_the_page(
    page: Page, context: BrowserContext, cast: Cast, server: str, sign_in: SignIn
) -> None:
    context.grant_permissions(["notifications"], origin=server)
    sign_in(cast.member)
    page.goto(f"{server}{cast.url('/forums/')}")
    comes_true(page, READY)
    push = pusher(page, server, f"{server}{cast.url('/')}")
    address = f"{server}{cast.url('/forums/t/winter/')}#p-2"
    said = {"title": "Loft", "url": address, "tag": "line", "lang": "fr", "dir": "ltr"}
    shown = "navigator.serviceWorker.ready.then((one) => one.getNotifications())"
    push(json.dumps(said | {"body": "Petra a répondu"}))
    # Two at the same moment would be shown in either order: their icons are fetched first.
    comes_true(page, f"{shown}.then((all) => all.some((one) => one.body === 'Petra a répondu'))")
    push(json.dumps(said | {"body": "Petra et Jo ont répondu"}))
    comes_true(page, f"{shown}.then((all) => all.some((one) => one.body === 'Petra et Jo ont répondu'))")
    told = page.evaluate(
        f"{shown}.then((all) => all.map(({{ title, body, lang, data }}) => [title, body, lang, data]))"
    )
    assert told == [["Loft", "Petra et Jo ont répondu", "fr", address]], (
        "the latest in the place of the former"
    )
    # What is no message of ours still says something, and leads to the bell; no address of elsewhere is opened.
    push("nonsense")
    push(json.dumps({"title": "Loft", "body": "Elsewhere", "tag": "x", "url": "https://elsewhere.example/"}))
    comes_true(page, f"{shown}.then((all) => all.length === 3)")
    bell = f"{server}{cast.url('/notifications/')}"
    leads = page.evaluate(f"{shown}.then((all) => all.map((one) => one.data))")
    assert sorted(leads) == sorted([address, bell, bell])
    assert pressed(page, context, "Elsewhere") == ["opened", bell]
    page.goto(bell)
    assert pressed(page, context, "There is something new in what you follow here.") == ["focused", bell]


def pusher(page: Page, server: str, scope: str) -> Callable[[str], None]:
    """Hands a message to the service worker of a place, as its push service would; browsers tell of all workers."""
    session = page.context.new_cdp_session(page)
    found: list[str] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda said: found.extend(
            one["registrationId"]
            for one in said["registrations"]
            if one["scopeURL"] == scope and not one["isDeleted"]
        ),
    )
    session.send("ServiceWorker.enable")
    while not found:
        page.wait_for_timeout(50)

    def push(data: str) -> None:
        about = {"origin": server, "registrationId": found[-1], "data": data}
        session.send("ServiceWorker.deliverPushMessage", about)

    return push


PRESS = """async (body) => {
  const done = [];
  Clients.prototype.openWindow = async (url) => { done.push("opened", url); };
  WindowClient.prototype.focus = async function () { done.push("focused", this.url); return this; };
  const all = await self.registration.getNotifications();
  const notification = all.find((one) => one.body === body);
  const event = new NotificationEvent("notificationclick", { notification });
  self.dispatchEvent(event);
  for (let turn = 0; turn < 200 && !done.length; turn++) await new Promise((go) => setTimeout(go, 25));
  return done;
}"""


def pressed(page: Page, context: BrowserContext, body: str) -> list[str]:
    """What becomes of a press on a notification; browsers let no script make one with a person behind it."""
    (worker,) = context.service_workers
    found: list[str] = worker.evaluate(PRESS, body)
    return found


def test_visitors_load_nothing_of_it(page: Page, cast: Cast, server: str) -> None:
    page.goto(f"{server}{cast.url('/')}")
    assert "devices.mjs" not in page.content()
