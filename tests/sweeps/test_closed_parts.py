"""A part that is closed is found nowhere: none of its addresses answers, and no page of another part tells of it.

One by one, for each kind of content, whatever stands under texts, and offers; a new kind is asked as it is declared.
"""

from __future__ import annotations

import html

import pytest

from analytics.offers.models import CodeOffer
from communities.content.insets import INSETS
from communities.content.kinds import KINDS
from communities.content.models import State, Thread
from communities.launch.features import FEATURES
from communities.memory import forget_all
from communities.models import Community
from tests.sweeps.addresses import COMMUNITY
from tests.sweeps.audiences import HIDES, OPENS
from tests.sweeps.walking import visit
from tests.sweeps.world import World

# The part, and what its addresses begin with.
PARTS = (
    {kind.feature: f"{kind.path}/" for kind in KINDS}
    | {inset.feature: f"{inset.feature}/" for inset in INSETS}
    | {"offers": "offers/"}
)
# Contact forms of the results have this address, too, and are open as long as they run.
OTHERS = frozenset({"offers/<slug:slug>/"})
DESK = ("manage/", "moderation/", "results/", "money/", "today/")
# Where one’s own texts are listed, whatever is closed; they lead nowhere then.
OWN = frozenset({"me/", "me/content/", "me/drafts/", "me/decisions/", "me/decisions/<slug:ref>/"})
# The author of a text reads, changes and takes it back also where others do not.
OWN_TEXTS = ("p/", "polls/under/", "calls/under/")
VISITORS_READ = ("feed.xml", "feed.rss", "sitemap.xml", "sitemaps/threads-1.xml", "sitemaps/spaces-1.xml")


@pytest.fixture(params=sorted(PARTS))
def closed(request: pytest.FixtureRequest, world: World) -> str:
    """A part that is closed to everybody, while all others are open."""
    part: str = request.param
    opened = [feature.name for feature in FEATURES if feature.name != part]
    Community.objects.filter(pk=world.here.community.pk).update(open_features=opened)
    forget_all()
    return part


def names_in(world: World, part: str) -> set[str]:
    """What is called there: its threads, what stands under texts, offers. Short ones could mean anything."""
    kinds = [kind.name for kind in KINDS if kind.feature == part]
    with world.here.scope():
        shown = Thread.objects.filter(state=State.PUBLISHED)
        names = {*shown.filter(space__kind__in=kinds).values_list("title", flat=True)}
        for inset in INSETS:
            if inset.feature == part:
                # Its thread stays, without it.
                names = {words for thread in shown.filter(inset=inset.name) for words in inset.words(thread)}
        if part == "offers":
            names = {*CodeOffer.objects.values_list("offer__title", flat=True)}
        return {name for name in names if len(name) > 7}


def test_no_address_of_it_answers(world: World, closed: str) -> None:
    found = []
    for route, address in COMMUNITY.items():
        if not route.startswith(PARTS[closed]) or route in OTHERS:
            continue
        path = world.here.prefix + address.path(route, world)
        for role in ("visitor", "member", "owner"):
            seen = [visit(world, role, "GET", path, HIDES)] if address.get[role] == OPENS else []
            if address.post is not None and address.post[role] == OPENS:
                seen.append(visit(world, role, "POST", path, HIDES, address.fields(world)))
            found += [str(one) for one in seen if one.got != HIDES]
    assert not found, "\n".join(found)


@pytest.mark.slow
def test_no_page_of_another_part_tells_of_it(world: World, closed: str) -> None:
    """Neither names it nor leads there, to members, nor do feeds and maps to visitors; search finds none of its words.
    One’s own texts have their titles in lists of one’s own, without a way there."""
    names, there = names_in(world, closed), f'"{world.here.url(f"/{PARTS[closed]}")}'
    assert names, "the world has nothing of it"
    ways = [
        (route, COMMUNITY[route].path(route, world))
        for route, address in COMMUNITY.items()
        if address.get["member"] == OPENS and not route.startswith((PARTS[closed], *DESK, *OWN_TEXTS))
    ]
    ways += [("search/", f"/search/?q={name}") for name in sorted(names)[:2]]
    read = [("member", *way) for way in ways] + [("visitor", route, f"/{route}") for route in VISITORS_READ]
    found = []
    for role, route, path in read:
        seen = visit(world, role, "GET", world.here.prefix + path, OPENS)
        if seen.response.status_code != 200 or seen.response.streaming:
            continue
        page = html.unescape(seen.response.content.decode(errors="replace"))
        if route not in OWN:
            asked = {name for name in names if f"q={name}" in path}
            found += [f"{path} as {role} says {name!r}" for name in sorted(names - asked) if name in page]
        if there in page:
            found.append(f"{path} as {role} leads to {page.split(there)[1][:60]}")
    assert not found, "\n".join(found)
