"""Pages of the large community beside the same pages of a small one: what drawing each costs, really drawn."""

from __future__ import annotations

import re
import statistics
from dataclasses import dataclass

from bench.application import Application, make_application
from bench.costs import Cost, cost_of
from bench.dearest import Dearest, explained
from bench.giant import GIANT, SMALL
from bench.ground import session_of
from bench.load import Target
from bench.pages import RENDERED, call
from communities.content.models import Thread
from communities.models import Community
from communities.redrawing import forget_drawn
from communities.scoping import community_scope

CALLS, ROUNDS = 10, 3
OLDER = re.compile(r'rel="next"[^>]*href="([^"]+)"|href="([^"]+)"[^>]*rel="next"')
DEEP = 12  # pages down a list
VISITOR, MEMBER, MANAGER = "visitor", "member", "manager"


@dataclass(frozen=True)
class Page:
    name: str
    path: str
    who: str = VISITOR
    deep: bool = False


PAGES = [
    Page("home", "/"),
    Page("home, member", "/", MEMBER),
    Page("list", "/forums/f/forum-1/"),
    Page("list, member", "/forums/f/forum-1/", MEMBER),
    Page("list, deep", "/forums/f/forum-1/", deep=True),
    Page("forums", "/forums/"),
    Page("blogs", "/blogs/"),
    Page("thread, first page", "{thread}"),
    Page("thread, last page", "{thread}?page={last}"),
    Page("thread, last, member", "{thread}?page={last}", MEMBER),
    Page("tags", "/tags/"),
    Page("tag", "/tags/tides/"),
    Page("feed", "/feed.xml"),
    Page("sitemap", "/sitemap.xml"),
    Page("sitemap of threads", "/sitemaps/threads-1.xml"),
    Page("search, common word", "/search/?q=halyard"),
    Page("search, rare word", "/search/?q=quincunx"),
    Page("search, no hit", "/search/?q=zyxwvut", MEMBER),
    Page("search, two common", "/search/?q=halyard+mast", MEMBER),
    Page("profile", "/members/sailor-1/"),
    Page("directory", "/members/", MEMBER),
    Page("directory, deep", "/members/", MEMBER, deep=True),
    Page("directory, a name", "/members/?q=sailor", MEMBER),
    Page("suggest a name", "/members/suggest/?q=sa", MEMBER),
    Page("notifications", "/notifications/", MEMBER),
    Page("own page", "/me/", MEMBER),
    Page("own texts", "/me/content/", MEMBER),
    Page("console", "/manage/", MANAGER),
    Page("people", "/manage/members/", MANAGER),
    Page("people, deep", "/manage/members/", MANAGER, deep=True),
    Page("people, a name", "/manage/members/?q=sailor", MANAGER),
    Page("team", "/manage/team/", MANAGER),
    Page("spaces", "/manage/spaces/", MANAGER),
    Page("settings: tags", "/manage/tags/", MANAGER),
    Page("queue", "/moderation/", MANAGER),
    Page("moderation journal", "/moderation/journal/", MANAGER),
    Page("launch plan", "/manage/launch/", MANAGER),
    Page("results", "/results/", MANAGER),
    Page("results: community", "/results/community/", MANAGER),
    Page("results: visits", "/results/community/visits/", MANAGER),
    Page("results: answered", "/results/community/answered_rate/", MANAGER),
]


class Place:
    """One community, with those who look at its pages."""

    def __init__(self, slug: str) -> None:
        self.prefix = f"/c/{slug}"
        with community_scope(Community.objects.get(slug=slug)):
            longest = Thread.objects.order_by("-last_position").select_related("space")[0]
        self.words = {"thread": f"/forums/t/{longest.slug}/", "last": longest.last_page}
        self.cookies = {
            VISITOR: RENDERED,
            MEMBER: session_of(f"{slug}-1@example.org"),
            MANAGER: session_of(f"{slug}-0@example.org"),
        }

    def target(self, application: Application, page: Page) -> Target:
        target = Target(page.name, self.prefix + page.path.format(**self.words), self.cookies[page.who])
        for _step in range(DEEP if page.deep else 0):
            found = OLDER.search(call(application, target).decode())
            if found is None:
                break
            way = (found[1] or found[2]).replace("&amp;", "&")
            target = Target(
                page.name, target.path.split("?")[0] + way if way[0] == "?" else way, target.cookie
            )
        return target


def compare_pages(only: str = "") -> None:
    application = make_application()
    small, giant = Place(SMALL), Place(GIANT)
    print(f"{'':24}{'small: process, database ms':>30}{'large: process, database ms':>30}{'ratio':>7}"
          f"{'statements':>12}{'buffers':>18}{'bytes':>17}")  # fmt: skip
    for page in PAGES:
        if only not in page.name:
            continue
        few, many = small.target(application, page), giant.target(application, page)
        sizes = [len(call(application, one)) for one in (few, many)]
        costs = [[_drawn(application, one) for one in (few, many)] for _round in range(ROUNDS)]
        ratio = statistics.median(two.seconds / one.seconds for one, two in costs)
        one, two = costs[-1]
        asked = f"{one.statements / CALLS:6.0f}{two.statements / CALLS:6.0f}"
        print(
            f"{page.name:24}{_ms(one):>30}{_ms(two):>30}{ratio:7.2f}{asked}"
            f"{one.buffers / CALLS:9,.0f}{two.buffers / CALLS:9,.0f}{sizes[0]:9,}{sizes[1]:8,}",
            flush=True,
        )


def _ms(cost: Cost) -> str:
    return f"{1000 * cost.worker / CALLS:.1f}, {1000 * cost.database / CALLS:.1f}"


def _drawn(application: Application, target: Target) -> Cost:
    def draw() -> None:
        for _call in range(CALLS):
            forget_drawn()
            call(application, target)

    draw()
    return cost_of(draw)


def explain_pages(only: str = "") -> None:
    """The dearest statements of all pages of the large community, each with its plan."""
    application, giant = make_application(), Place(GIANT)
    dearest = Dearest()
    for page in PAGES:
        if only in page.name:
            target = giant.target(application, page)
            forget_drawn()
            dearest.where = page.name
            explained(lambda target=target: call(application, target), dearest)
    dearest.show()
