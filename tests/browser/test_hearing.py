"""Two members at open pages, by gunicorn as production runs it and, where there is one, nginx in front."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

from communities.content import services
from communities.content.models import Post, Thread
from communities.hearing.news import open_pages
from communities.models import Membership
from communities.notifications.services import tell_of_post
from config.services.processes import wait_until
from moderation.models import Case
from moderation.services import open_case
from tests.browser.conftest import LOCALES
from tests.conftest import Cast
from tests.delivery.machines import Machine
from tests.delivery.proxies import nginx, waited_for
from tests.factories import make_thread

Enter = Callable[[Membership], Page]


@pytest.fixture
def front(transactional_db: None, settings: Any, tmp_path: Path) -> Iterator[str]:
    """Where browsers come in."""
    machine = Machine(settings, tmp_path / "web")
    with ExitStack() as stack:
        stack.callback(machine.end)
        waited_for(machine.port, machine.process)
        if not shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin"):
            yield machine.address
            return
        (tmp_path / "front").mkdir()
        Path(settings.MEDIA_ROOT).mkdir(exist_ok=True)
        upstream = f"127.0.0.1:{machine.port}"
        yield stack.enter_context(nginx(upstream, Path(settings.MEDIA_ROOT), tmp_path / "front"))


@pytest.fixture
def enter(browser: Browser, cast: Cast, front: str) -> Iterator[Enter]:
    """A browser of their own for each."""
    contexts: list[BrowserContext] = []

    def enter(membership: Membership) -> Page:
        context = browser.new_context(locale=LOCALES["en"], viewport={"width": 1280, "height": 900})
        contexts.append(context)
        cookies = cast.sign_in(membership).cookies
        context.add_cookies(
            [{"name": name, "value": morsel.value, "url": front} for name, morsel in cookies.items()]
        )
        return context.new_page()

    yield enter
    for context in contexts:
        context.close()


def test_open_pages_hear_what_others_do(cast: Cast, front: str, enter: Enter) -> None:
    with cast.scope():
        thread = make_thread(cast.forum, by=cast.manager, title="Splicing at sea", replies=1)
        services.follow_thread(thread, by=cast.member)
        case = open_case(Post.objects.get(thread=thread, position=2), kind=Case.Kind.LOOK)
        text = make_thread(cast.forum, by=cast.manager, title="Tides", state="draft")
        services.schedule_thread(text, by=cast.manager, at=timezone.now() + datetime.timedelta(hours=1))
    reader = enter(cast.member)
    reader.goto(front + cast.url(thread.get_absolute_url()))
    wait_until(lambda: open_pages() >= 1, seconds=60)
    _hears_of_replies(reader, cast, thread)
    manager, judge = enter(cast.manager), enter(cast.moderator)
    _hears_of_who_decides(manager, judge, front + cast.url(f"/moderation/c/{case.ref}/"))
    manager.goto(front + cast.url(f"/forums/t/{text.slug}/"))
    with cast.scope():
        services.publish_due(cast.community, now=timezone.now() + datetime.timedelta(hours=2))
    expect(manager.locator("[data-stays]")).to_contain_text("“Tides” is published.")
    manager.get_by_role("link", name="Read the text").click()
    expect(manager.get_by_text("This is a draft")).to_have_count(0)


def _hears_of_replies(reader: Page, cast: Cast, thread: Thread) -> None:
    """They are announced where nothing moves, come below the last one when asked for, and are read on from there."""
    bar = reader.locator("[data-stays]")
    reader.locator("#posts").evaluate("one => { one.stands = one.getBoundingClientRect().top }")
    with cast.scope():
        for words in ("<p>Use a longer bury.</p>", "<p>And wax the thread.</p>"):
            post = services.reply_to(thread, by=cast.owner, body=words)
        tell_of_post(post)
    expect(reader.locator("#bell")).to_have_attribute("aria-label", "Notifications, 1 new")
    expect(bar).to_contain_text("2 new replies")
    expect(reader.get_by_role("status").filter(has=bar)).to_have_count(1)
    assert reader.locator("#posts").evaluate("one => one.stands === one.getBoundingClientRect().top")
    assert reader.evaluate("document.activeElement === document.body")
    with cast.scope():
        services.reply_to(thread, by=cast.member, body="<p>My own.</p>")
    bar.get_by_role("link", name="Show").focus()
    reader.keyboard.press("Enter")
    expect(reader.locator("#p-3")).to_be_focused()
    expect(reader.locator("#p-4")).to_contain_text("wax")
    expect(reader.locator("#p-5")).to_contain_text("My own")
    expect(bar).to_have_count(0)
    assert reader.url.endswith("#p-3")


def _hears_of_who_decides(manager: Page, judge: Page, address: str) -> None:
    manager.goto(address)
    judge.goto(address)
    line = judge.locator("[data-hear^='case.']")
    expect(line).to_contain_text("has this case open, too.")
    manager.get_by_role("textbox").first.fill("Because")
    expect(line).to_contain_text("is writing a decision.")
