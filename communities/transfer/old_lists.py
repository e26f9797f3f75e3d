"""Addresses of an old site that are no single text: feeds, lists by word, author and date, further pages, users.

An import stores one redirect for each list; the many forms in which a list or an article was asked for are cut down to
those by `find_old_list`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import Resolver404, get_script_prefix, resolve, reverse

from communities.content.models import Space, Tag
from communities.content.queries import LONGEST_PATH, follow, forms_of, redirect_for
from communities.content.viewers import Viewer, viewer_of
from communities.letters import slug_of
from communities.transfer.old_site import path_in
from communities.transfer.readers.wordpress_records import WxrTerm
from communities.transfer.wordpress_survey import NO_CATEGORY, Survey

# Kept for sites that had them: the list of all articles, the feed of all, the search, and the page of a person.
ALL, FEED, SEARCH, USERS = "/page/", "/?feed=", "/?s=", "/users/"
# What stands behind the address of an article or a list: a feed, a further page, a form for other readers.
BEHIND = re.compile(
    r"/(?:(?P<feed>feed(?:/(?:rss|rss2|atom|rdf|feed))?)|page/\d+|comment-page-\d+|amp|embed|trackback|print)/?$"
)
# An address with all that may stand behind it: each part that is cut off reads the rest again.
LONGEST = 2 * LONGEST_PATH
PREFIX = re.compile(r"^/index\.php(?=/)")
DATED = re.compile(r"^(?P<base>.*?)(?P<year>/\d{4})(?P<month>/\d{2})?(?P<day>/\d{2})?/[^/]")
# Lists that have a word for each author, day or form of text, those without texts among them.
LIST = re.compile(r"^(?P<base>.*?)/(?:\d{4}(?:/\d{2}){0,2}|author/[^/]+|type/[^/]+)/?$")
SEARCHED = re.compile(r"/search/(?P<words>[^/]+)/?$")
# A part of a long article, and a smaller size of a picture.
PART = re.compile(r"(?<=[^/])/\d{1,3}/?$")
SMALLER = re.compile(r"-\d{1,5}x\d{1,5}(?=\.\w{3,4}$)")
MAPS = ("sitemap_index", "wp-sitemap", "post-sitemap", "page-sitemap", "category-sitemap", "author-sitemap")
MAP = re.compile(r"^(?P<base>.*?)/(?:wp-sitemap-[\w-]+|[a-z_]+-sitemap\d*|sitemap-[\w-]+)\.xml$")
USER = re.compile(r"^/users/\d{1,12}(?:/[^/]*)?/?$")
ASKED = ("cat", "tag", "author", "m")


def addresses_of_lists(survey: Survey, space: Space) -> Iterator[tuple[str, str]]:
    """The old lists of a blog that have no word of their own, and its feeds, each with the list or feed of today."""
    base, articles = survey.base, space.get_absolute_url()
    feed = f"{articles}feed.xml"
    yield f"{base}{ALL}", articles
    yield f"{base}/feed/", feed
    yield f"{base}/comments/feed/", feed
    yield FEED, feed
    yield SEARCH, reverse("content:search-content")
    for name in MAPS:
        yield f"{base}/{name}.xml", reverse("content:show-sitemap-index")
    unfiled = survey.terms.get(("category", NO_CATEGORY))
    if unfiled is not None:
        yield f"{base}/category/{NO_CATEGORY}/", articles
        if unfiled.number:
            yield f"/?cat={unfiled.number}", articles
    for author in survey.authors.values():
        name = slug_of(author.login)
        if name:
            yield f"{base}/author/{name}/", articles
        if author.number:
            yield f"/?author={author.number}", articles
    for path in _dated(one.link for one in survey.articles.values() if one.is_public):
        yield path, articles
        yield f"/?m={''.join(path.removeprefix(base).split('/'))}", articles


def addresses_of_words(
    survey: Survey, tag_of: Callable[[str, str], Tag | None], space: Space
) -> Iterator[tuple[str, str]]:
    """The old path of each tag and category, and where its threads are listed now; without threads, all of them."""
    for (taxonomy, slug), term in survey.terms.items():
        tag = tag_of(taxonomy, slug)
        if tag is None:
            continue
        target = (tag if (taxonomy, slug) in survey.used else space).get_absolute_url()
        base = "tag" if taxonomy == "post_tag" else "category"
        yield f"{survey.base}/{base}/{slug}/", target
        if term.number:
            yield f"/?{'cat' if base == 'category' else 'tag_id'}={term.number}", target
        if base == "tag":
            yield f"/?tag={slug}", target
        above = _above(survey, taxonomy, term)
        for start in range(len(above)):
            yield f"{survey.base}/{base}/{'/'.join(above[start:])}/{slug}/", target


def _above(survey: Survey, taxonomy: str, term: WxrTerm) -> list[str]:
    """The categories that one stands under, the highest first."""
    above: list[str] = []
    parent = term.parent
    while parent and parent not in above:
        above.insert(0, parent)
        known = survey.terms.get((taxonomy, parent))
        parent = known.parent if known else ""
    return above


def _dated(links: Iterable[str]) -> list[str]:
    found: dict[str, None] = {}
    for link in links:
        match = DATED.match(path_in(link))
        path = match["base"] if match else ""
        for part in ("year", "month", "day"):
            if match and match[part]:
                path += match[part]
                found[f"{path}/"] = None
    return list(found)


def find_old_list(request: HttpRequest) -> str | None:
    """Where a list of an imported site is now, or an article in another form, however it is asked for."""
    path, viewer = request.path_info, partial(viewer_of, request)
    if path == "/":
        return _found(viewer, *_by_parameter(request))
    if USER.match(path):
        return _found(viewer, [USERS])
    if len(path) > LONGEST or "\0" in path:
        return None
    bare = PREFIX.sub("", path)
    feed = False
    while match := BEHIND.search(bare):
        bare, feed = bare[: match.start()], feed or bool(match["feed"])
    if feed and bare in ("", "/comments"):
        return _found(viewer, [FEED])
    if match := SEARCHED.search(bare):
        return _found(viewer, [SEARCH], f"?{urlencode({'q': match['words'][:200]})}")
    bare = bare or ALL
    keys = [*(forms_of(bare) if bare != path else ()), *_near(bare)]
    found = _found(viewer, keys, feed=feed) if keys else None
    return found or _own_page(path, bare)


def _own_page(path: str, bare: str) -> str | None:
    """The page of this place at which an old one stood, asked for in a form of the old site."""
    for page in dict.fromkeys([bare, PART.sub("", bare)]):
        page = f"{page.rstrip('/')}/"
        if page not in (path, ALL) and is_ours(page) and redirect_for([ALL]) is not None:
            return get_script_prefix() + page.lstrip("/")
    return None


def _near(path: str) -> Iterator[str]:
    """What stands nearest to an address that was not stored itself, because there is no end of those."""
    if match := LIST.match(path):
        yield f"{match['base']}{ALL}"
    if match := MAP.match(path):
        yield f"{match['base']}/{MAPS[0]}.xml"
    for pattern in (PART, SMALLER):
        if pattern.search(path):
            yield from forms_of(pattern.sub("", path))


def _by_parameter(request: HttpRequest) -> tuple[list[str], str]:
    if "feed" in request.GET:
        return [FEED], ""
    if "s" in request.GET:
        return [SEARCH], f"?{urlencode({'q': request.GET['s'][:200]})}"
    for name in ASKED:
        value = request.GET.get(name, "")[:100]
        if value:
            # No address ever held a zero byte, and no database looks one up.
            return [] if "\0" in value else [f"/?{name}={value}", ALL], ""
    return [], ""


def _found(
    viewer: Callable[[], Viewer], keys: list[str], query: str = "", *, feed: bool = False
) -> str | None:
    target = follow(keys, viewer) if keys else ""
    if not target:
        return None
    if feed and target.startswith("/tags/"):
        target = f"{target}feed.xml"
    elif feed and (articles := redirect_for([ALL])) is not None and target == articles.target:
        target = follow([FEED]) or target
    return get_script_prefix() + target.lstrip("/") + query


def is_ours(path: str) -> bool:
    """Whether a page of every community answers at this path, so that nothing can be led away from it."""
    # No page that every community has carries a number; most old addresses do, and looking each up takes time.
    if "?" in path or any(sign.isdigit() for sign in path):
        return False
    try:
        match = resolve(f"{path.rstrip('/')}/", urlconf="config.urls")
    except Resolver404:
        return False
    return not match.args and not match.kwargs
