"""When a banner was seen: the rule of the Media Rating Council, in a real browser with a clock of our own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Browser, Page, Route

from communities.promotions import counting, services
from communities.promotions.models import Banner
from communities.promotions.queries import Impressions, impressions_between
from tests.browser.held import wait_until
from tests.conftest import Cast

WIDTH, HEIGHT = 1280, 900
# The clock stands still but for what a test lets pass; these are its milliseconds.
SECOND = 1000
MODULE = Path(settings.BASE_DIR) / "static/js/viewable.mjs"
# The rule alone, on a page of its own where a part of the banner is known to the pixel.
PAGE = """<!doctype html><title>A banner</title><style>
  body { margin: 0 } .top { position: sticky; inset: 0 0 auto; block-size: 60px }
  [data-banner] { position: fixed; inset-inline-start: 0; inset-block-start: -5000px; overflow: hidden }
</style><header class="top"></header>
<section data-banner="7" data-seen="/banners/seen/"><a href="#there">Keep a place</a></section>
<script type="module" src="/viewable.mjs"></script>"""
Told = list[dict[str, list[str]]]


@pytest.fixture
def told() -> Told:
    """What the page says to the server."""
    return []


@pytest.fixture
def bare(browser: Browser, told: Told) -> Iterator[Page]:
    """A page where time stands still, and whose server is this function."""

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix("http://community.example")
        if path == "/banners/seen/":
            assert "cookie" not in route.request.headers
            told.append(parse_qs(route.request.post_data or "", keep_blank_values=True))
            route.fulfill(status=204)
        elif path == "/viewable.mjs":
            route.fulfill(body=MODULE.read_text(), content_type="text/javascript")
        else:
            route.fulfill(body=PAGE, content_type="text/html", headers={"Set-Cookie": "who=somebody"})

    context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT})
    context.route("**/*", answer)
    page = context.new_page()
    page.clock.install(time=0)
    page.clock.pause_at(SECOND)
    yield page
    context.close()


@pytest.fixture
def home(bare: Page) -> Page:
    """The page with a banner of 300 × 250 out of sight."""
    bare.goto("http://community.example/", wait_until="load")
    place(bare, 300, 250)
    return bare


def place(page: Page, width: int, height: int) -> None:
    page.evaluate(
        """([width, height]) => Object.assign(document.querySelector("[data-banner]").style,
          { inlineSize: `${width}px`, blockSize: `${height}px` })""",
        [width, height],
    )
    put(page, 0)


def put(page: Page, share: float, *, below: int | None = None) -> None:
    """Lets this share of the banner stand above the lower edge (or puts it `below` the upper one), and waits
    until the browser has told of it: our own observer, made later, hears of it after the module's."""
    page.evaluate(
        """([share, below, height]) => new Promise((settled) => {
          const banner = document.querySelector("[data-banner]");
          const from = below ?? height - banner.offsetHeight * share;
          banner.style.insetBlockStart = `${from}px`;
          const heard = new MessageChannel();
          heard.port1.onmessage = settled;
          const watcher = new IntersectionObserver(() => { watcher.disconnect(); heard.port2.postMessage(0); });
          watcher.observe(banner);
        }).then(() => true)""",
        [share, below, HEIGHT],
    )


def hide(page: Page, state: str = "hidden") -> None:
    """The tab goes behind another one, or comes back."""
    page.evaluate(
        """(state) => {
          Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
          document.dispatchEvent(new Event("visibilitychange"));
        }""",
        state,
    )


def leave(page: Page, told: Told) -> dict[str, list[str]]:
    """Leaves the page; what it said of its banner, once."""
    page.evaluate("() => dispatchEvent(new Event('pagehide'))")
    page.evaluate("() => dispatchEvent(new Event('pagehide'))")
    wait_until(page, lambda: bool(told))
    assert len(told) == 1
    return told[0]


def viewed(page: Page, told: Told) -> int:
    said = leave(page, told)
    assert said["served"] == said["measurable"] == ["7"]
    assert said["viewable"] in ([""], ["7"])
    return int(said["viewable"] != [""])


def test_49_per_cent_for_five_seconds_is_not_seen(home: Page, told: Told) -> None:
    put(home, 0.49)
    home.clock.run_for(5 * SECOND)
    assert viewed(home, told) == 0


def test_half_for_less_than_a_second_is_not_seen(home: Page, told: Told) -> None:
    put(home, 0.5)
    home.clock.run_for(990)
    assert told == []
    assert viewed(home, told) == 0


def test_half_for_one_second_is_seen(home: Page, told: Told) -> None:
    put(home, 0.5)
    home.clock.run_for(990)
    home.clock.run_for(10)
    assert viewed(home, told) == 1


def test_two_pieces_of_a_second_are_not_one(home: Page, told: Told) -> None:
    for _time in range(2):
        put(home, 0.6)
        home.clock.run_for(600)
        put(home, 0.1)
        home.clock.run_for(50)
    assert viewed(home, told) == 0


def test_a_large_banner_needs_30_per_cent(home: Page, told: Told) -> None:
    """970 × 250 is just what the rule calls large."""
    place(home, 970, 250)
    put(home, 0.31)
    home.clock.run_for(SECOND)
    assert viewed(home, told) == 1


@pytest.mark.parametrize(("width", "share"), [(969, 0.31), (970, 0.29)], ids=["smaller", "less of it"])
def test_next_to_large_is_not_enough(home: Page, told: Told, width: int, share: float) -> None:
    place(home, width, 250)
    put(home, share)
    home.clock.run_for(5 * SECOND)
    assert viewed(home, told) == 0


def test_a_tab_behind_another_shows_nothing(home: Page, told: Told) -> None:
    hide(home)
    put(home, 1)
    home.clock.run_for(5 * SECOND)
    assert viewed(home, told) == 0


def test_a_tab_opened_behind_another_counts_from_when_it_comes_forward(bare: Page, told: Told) -> None:
    bare.add_init_script(
        "Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true })"
    )
    bare.goto("http://community.example/", wait_until="load")
    place(bare, 300, 250)
    put(bare, 1)
    bare.clock.run_for(5 * SECOND)
    assert told == []
    hide(bare, "visible")
    bare.clock.run_for(SECOND)
    assert viewed(bare, told) == 1


@pytest.mark.parametrize(("below", "is_seen"), [(0, 0), (20, 1)])
def test_what_lies_under_the_bar_is_not_seen(home: Page, told: Told, below: int, is_seen: int) -> None:
    """The bar takes 60 of 100 pixels, then 40."""
    place(home, 300, 100)
    put(home, 1, below=below)
    home.clock.run_for(SECOND)
    assert viewed(home, told) == is_seen


def test_a_click_counts_as_seen(home: Page, told: Told) -> None:
    home.evaluate(
        """() => {
          const link = document.querySelector("[data-banner] a");
          link.addEventListener("click", (event) => event.preventDefault());
          link.click();
        }"""
    )
    assert viewed(home, told) == 1


def test_what_was_seen_twice_is_told_once(home: Page, told: Told) -> None:
    for share in (1, 0, 1):
        put(home, share)
        home.clock.run_for(2 * SECOND)
    hide(home)
    assert viewed(home, told) == 1


@pytest.fixture
def banner(cast: Cast) -> Banner:
    with cast.scope():
        banner: Banner = Banner.objects.create(
            placement="home", text="Saturday: we break rope.", button="Keep a place", target="/forums/"
        )
    return banner


def test_the_whole_way_to_the_table(
    page: Page, cast: Cast, server: str, banner: Banner, complaints: list[str]
) -> None:
    """Nothing in between is played: the real page, the real second, the real address, the real button."""
    began = timezone.now()
    with page.expect_response("**/banners/seen/") as answer:
        page.goto(f"{server}{cast.url('/')}")
        page.locator("[data-banner]").scroll_into_view_if_needed()
    assert answer.value.status == 204
    page.get_by_role("link", name="Keep a place").click()
    page.wait_for_url("**/forums/")
    services.store_counts(timezone.now() + 2 * counting.SETTLED_AFTER)
    with cast.scope():
        hour = began.replace(minute=0, second=0, microsecond=0)
        counted = impressions_between(cast.community, hour, timezone.now())
    assert counted == Impressions(1, 1, 1, 1)
    assert complaints == []


def test_nothing_moves_when_the_banner_arrives(page: Page, cast: Cast, server: str, banner: Banner) -> None:
    # A slow processor paints while the page still arrives: what comes later must not move what is seen.
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 6})
    page.add_init_script(
        """globalThis.shifts = [];
        const say = ({ node, previousRect, currentRect }) =>
          [node?.outerHTML?.slice(0, 200) ?? node?.textContent, previousRect, currentRect];
        new PerformanceObserver((list) => {
          for (const one of list.getEntries()) shifts.push(JSON.stringify(one.sources.map(say)));
        }).observe({ type: "layout-shift", buffered: true })"""
    )
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"{server}{cast.url('/')}", wait_until="networkidle")
        assert page.evaluate("shifts") == [], width
        assert page.evaluate("document.documentElement.scrollWidth") <= width
