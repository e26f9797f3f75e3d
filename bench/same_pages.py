"""Whether a change left pages as they were: the bytes of all pages that links lead to, before and after it.

    python -m bench.same_pages keep before        (with the code as it was)
    python -m bench.same_pages compare before     (with the change)

In the three communities of the demo, which are made in `var/bench` the first time, as a visitor, a member, a moderator
and a manager, at one moment that is kept with the pages. Each page is asked for twice in a row, so that parts that are
kept are compared with parts that were just drawn. What is another each time is left out: tokens, nonces, numbers of
sendings and of requests.
"""

from __future__ import annotations

import datetime
import difflib
import io
import pickle
import re
import sys
from collections.abc import Iterator
from html import unescape
from unittest.mock import patch
from urllib.parse import urldefrag, urljoin

from django.utils import timezone

from bench import VAR
from bench.application import Application, make_application
from bench.ground import session_of
from communities.demo.loading import seed_demo
from communities.models import Community, Membership
from communities.scoping import community_scope
from config.services import running_servers
from config.services.preparation import prepare

Pages = dict[tuple[str, str, str], bytes]

COMMUNITIES = {"barreau": "fr", "halyard": "en", "mirabelle": "fr"}
ROLES = ("visitor", "member", "moderator", "manager")
# Of each reader; the first that links lead to, breadth first. In all some 2,600, in five minutes.
MOST = 220
LINK = re.compile(rb'\bhref="([^"]*)"')
# Addresses of which many differ by a number or a name only: so many of each are enough.
SHAPE, OF_A_SHAPE = re.compile(r"[0-9a-f-]{36}|\d+|(?<=/t/)[^/]+|(?<=/members/)[^/]+|(?<=tags/)[^/]+"), 12
# Leave, sign out, change the language: acts behind links that are asked for.
NOT_ASKED = re.compile(r"/(account/|media/|demo/|static/|logout|preview/)")
ANOTHER_EACH_TIME = re.compile(
    rb'(?P<before>(?:csrfmiddlewaretoken|submission)" value="|nonce="|X-CSRFToken"?:\s*"|data-token=")[^"]*'
)
REQUEST_NUMBER = re.compile(rb"\b[0-9a-f]{32}\b")
SHOWN = 12


def main(act: str, name: str) -> None:
    file = VAR / f"pages-{name}.pickle"
    with running_servers():
        prepare()
        if not Community.objects.filter(slug="mirabelle").exists():
            seed_demo(lambda _line: None)
        application = make_application()
        if act == "keep":
            now = timezone.now()
            # What the first reading of a page settles for good is settled before any page is kept.
            _pages(application, now)
            pages = _pages(application, now)
            file.write_bytes(pickle.dumps((now, pages)))
            print(f"{len(pages)} pages kept, {sum(map(len, pages.values())) / 1e6:.1f} MB")
            return
        now, before = pickle.loads(file.read_bytes())  # noqa: S301 - our own file
        sys.exit(_differences(before, _pages(application, now)))


def _pages(application: Application, now: datetime.datetime) -> Pages:
    pages: Pages = {}
    with patch("django.utils.timezone.now", lambda: now):
        for slug, language in COMMUNITIES.items():
            for role in ROLES:
                cookie = _cookie_of(slug, role)
                for path, page in _walk(application, f"/c/{slug}/", cookie, language):
                    pages[slug, role, path] = page
    return pages


def _cookie_of(slug: str, role: str) -> str:
    if role == "visitor":
        return ""
    community = Community.objects.get(slug=slug)
    with community_scope(community):
        people = Membership.objects.active().filter(role=role, member__isnull=False).select_related("member")
        person = people.order_by("pk").first()
        assert person is not None, f"nobody is a {role} of {slug}"
        assert person.member is not None
        return session_of(person.member.email)


def _walk(application: Application, root: str, cookie: str, language: str) -> Iterator[tuple[str, bytes]]:
    """What is behind links, from the home page on, each page as it is at the second reading."""
    waiting = [root, f"{root}feed.xml", f"{root}feed.rss", f"{root}sitemap.xml"]
    met, shapes = set(waiting), dict[str, int]()
    for _number in range(MOST):
        if not waiting:
            return
        path = waiting.pop(0)
        first, page = (_asked(application, path, cookie, language) for _time in range(2))
        if first != page:
            print(f"! {path} is another at the second reading")
        yield path, page
        for found in LINK.findall(page):
            link = urldefrag(urljoin(path, unescape(found.decode()))).url
            shape = SHAPE.sub("·", link)
            if link in met or not link.startswith(root) or NOT_ASKED.search(link) or "{" in link:
                continue
            met.add(link)
            shapes[shape] = shapes.get(shape, 0) + 1
            if shapes[shape] <= OF_A_SHAPE:
                waiting.append(link)


def _asked(application: Application, path: str, cookie: str, language: str) -> bytes:
    """What one request is answered: its status, where it leads, and its page."""
    place, _, query = path.partition("?")
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": place, "QUERY_STRING": query, "SERVER_NAME": "localhost",
        "SERVER_PORT": "80", "HTTP_HOST": "localhost", "REMOTE_ADDR": "127.0.0.1", "HTTP_ACCEPT_LANGUAGE": language,
        "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(), "SCRIPT_NAME": "",
        "wsgi.errors": sys.stderr, **({"HTTP_COOKIE": cookie} if cookie else {}),
    }  # fmt: skip
    told: list[str] = []

    def start(status: str, headers: list[tuple[str, str]]) -> None:
        led = [value for name, value in headers if name in ("Location", "X-Robots-Tag", "Content-Type")]
        told.extend([status, *led])

    answer = application(environ, start)
    page = b"".join(answer)
    getattr(answer, "close", lambda: None)()
    # Pages of errors have a number of their own.
    page = "\n".join([*told, ""]).encode() + (page if told[0].startswith("200") else b"")
    return REQUEST_NUMBER.sub(b"-", ANOTHER_EACH_TIME.sub(rb"\g<before>-", page))


def _differences(before: Pages, after: Pages) -> int:
    for place in sorted(before.keys() ^ after.keys()):
        print(f"only {'before' if place in before else 'after'}: {' '.join(place)}")
    changed = [place for place in before.keys() & after.keys() if before[place] != after[place]]
    for place in sorted(changed):
        print(f"\n{' '.join(place)}: {len(before[place])} bytes, now {len(after[place])}")
        one, other = (_lines(pages[place]) for pages in (before, after))
        for line in list(difflib.unified_diff(one, other, lineterm="", n=0))[2 : SHOWN + 2]:
            print(f"  {line}")
    print(f"{len(before.keys() & after.keys())} pages compared, {len(changed)} changed")
    return 1 if changed or before.keys() != after.keys() else 0


def _lines(page: bytes) -> list[str]:
    return page.decode(errors="replace").replace(">", ">\n").splitlines()


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in ("keep", "compare"):
        sys.exit(__doc__)
    main(*sys.argv[1:])
