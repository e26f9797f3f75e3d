from __future__ import annotations

from xml.sax.saxutils import escape

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from communities.content.addresses import absolute_address, community_root
from communities.content.showing.sitemaps import Location, files_of, locations
from communities.content.viewers import public_viewer
from communities.launch.features import is_open
from communities.middleware import CommunityRequest
from communities.models import Community
from communities.permissions import in_any_state, public_page
from communities.queries import communities_under_platform
from members.signs import cut

PROLOGUE = '<?xml version="1.0" encoding="UTF-8"?>\n'
NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
IMAGES = 'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
CACHE = {"Cache-Control": "public, max-age=3600"}
# Robots stop reading at half a megabyte: this many lines stay well below it.
MOST_NAMED = 4000
# What the protocol allows in one file.
MOST_IN_A_SITEMAP = 50_000


@public_page
@require_safe
def show_sitemap_index(request: CommunityRequest) -> HttpResponse:
    community = _open(request)
    files = files_of(community, public_viewer(community))
    addresses = [
        absolute_address(community, reverse("content:show-sitemap", args=[kind, number]))
        for kind, number in files
    ]
    entries = "".join(f"<sitemap><loc>{escape(address)}</loc></sitemap>\n" for address in addresses)
    return _xml(f"{PROLOGUE}<sitemapindex {NAMESPACE}>\n{entries}</sitemapindex>\n")


@public_page
@require_safe
def show_sitemap(request: CommunityRequest, kind: str, number: int) -> HttpResponse:
    community = _open(request)
    found = locations(community, public_viewer(community), kind, number)
    if not found:
        raise Http404
    entries = "".join(_entry(location) for location in found)
    return _xml(f"{PROLOGUE}<urlset {NAMESPACE} {IMAGES}>\n{entries}</urlset>\n")


def _entry(location: Location) -> str:
    changed = f"<lastmod>{location.changed_at:%Y-%m-%dT%H:%M:%SZ}</lastmod>" if location.changed_at else ""
    pictures = "".join(
        f"<image:image><image:loc>{escape(address)}</image:loc></image:image>"
        for address in location.pictures
    )
    return f"<url><loc>{escape(location.address)}</loc>{changed}{pictures}</url>\n"


@public_page
@in_any_state
@require_safe
def show_robots(request: CommunityRequest) -> HttpResponse:
    """What machines may read; nothing of a community that search engines are to stay out of."""
    community = request.community
    if not community.is_findable:
        return _text("User-agent: *\nDisallow: /\n")
    closed = "".join(
        f"Disallow: {request.community_prefix}{path}\n"
        for path in ("/me/", "/search/", "/drafts/", "/moderation/", "/report/")
    )
    return _text(f"User-agent: *\n{closed}\nSitemap: {community_root(community)}sitemap.xml\n")


@require_safe
def show_platform_robots(request: HttpRequest) -> HttpResponse:
    """The platform's own name speaks for the communities that are reached by a path under it."""
    slugs = [] if settings.COMMUNITY_SUBDOMAINS else communities_under_platform(MOST_NAMED)
    sitemaps = "".join(f"Sitemap: {settings.PLATFORM_URL}/c/{slug}/sitemap.xml\n" for slug in slugs)
    # It leads to all of them, also to those that are not named here.
    homes = f"Sitemap: {settings.PLATFORM_URL}/sitemap.xml\n"
    return _text(f"User-agent: *\nDisallow: /demo/\nDisallow: /operator/\n\n{homes}{sitemaps}")


@require_safe
def show_platform_sitemap(request: HttpRequest) -> HttpResponse:
    """The platform’s front page, and the homes of all communities that are reached by a path under it."""
    slugs = [] if settings.COMMUNITY_SUBDOMAINS else communities_under_platform(MOST_IN_A_SITEMAP)
    homes = [f"{settings.PLATFORM_URL}/", *(f"{settings.PLATFORM_URL}/c/{slug}/" for slug in slugs)]
    entries = "".join(f"<url><loc>{escape(home)}</loc></url>\n" for home in homes)
    return _xml(f"{PROLOGUE}<urlset {NAMESPACE}>\n{entries}</urlset>\n")


@public_page
@require_safe
def show_opensearch(request: CommunityRequest) -> HttpResponse:
    """Lets a browser search here from its own bar."""
    community = request.community
    if not is_open(community, request.membership, "search"):
        raise Http404
    search = absolute_address(community, reverse("content:search-content"))
    return HttpResponse(
        f'{PROLOGUE}<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">\n'
        f"<ShortName>{escape(cut(community.name, 16))}</ShortName>\n"
        f"<Description>{escape(community.tagline or community.name)}</Description>\n"
        "<InputEncoding>UTF-8</InputEncoding>\n"
        f'<Url type="text/html" method="get" template="{escape(search)}?q={{searchTerms}}"/>\n'
        "</OpenSearchDescription>\n",
        content_type="application/opensearchdescription+xml; charset=utf-8",
        headers=CACHE,
    )


def _open(request: CommunityRequest) -> Community:
    if not request.community.is_findable:
        raise Http404
    return request.community


def _xml(document: str) -> HttpResponse:
    return HttpResponse(document, content_type="application/xml; charset=utf-8", headers=CACHE)


def _text(lines: str) -> HttpResponse:
    return HttpResponse(lines, content_type="text/plain; charset=utf-8", headers=CACHE)
