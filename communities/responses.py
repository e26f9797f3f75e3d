"""Pages for one person, and answers that lead to where something is now."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect

# What imported sites asked their home page for: it is the former address itself, no part of a visit.
OLD_PARAMETERS = frozenset({"p", "page_id", "attachment_id", "cat", "tag", "author", "m", "feed", "s"})
# Browsers and Django refuse longer ones.
LONGEST_LOCATION = 2000


def private(response: HttpResponse) -> HttpResponse:
    """No cache keeps it, not even that of the browser."""
    response.headers["Cache-Control"] = "private, no-store"
    return response


def by_token(response: HttpResponse) -> HttpResponse:
    """The same for a page whose address is a key: other sites are not told where somebody came from."""
    response.headers["Referrer-Policy"] = "same-origin"
    return private(response)


def moved(address: str) -> HttpResponsePermanentRedirect:
    """301 that browsers ask for again each time: kept for good, as they would, it leads in a circle once a name, a
    space or a domain is put back to where it was."""
    return HttpResponsePermanentRedirect(address, headers={"Cache-Control": "private, no-cache"})


def permanently(request: HttpRequest, target: str) -> HttpResponsePermanentRedirect:
    """301 with what was asked beside the address: pages, and where a visit comes from.

    What the target asks for itself stays as it is.
    """
    target, _, fragment = target.partition("#")
    address, _, own = target.partition("?")
    taken = {name for name, _value in parse_qsl(own, keep_blank_values=True)}
    if request.path_info == "/":
        taken |= OLD_PARAMETERS
    asked = parse_qsl(request.META.get("QUERY_STRING", ""), keep_blank_values=True)
    kept = urlencode([(name, value) for name, value in asked if name not in taken])
    query = "&".join(filter(None, (own, kept)))
    if len(address) + len(query) > LONGEST_LOCATION:
        query = own
    return moved(f"{address}{f'?{query}' if query else ''}{f'#{fragment}' if fragment else ''}")


def may_lead_to(page: HttpResponse, *places: str) -> HttpResponse:
    """The page, whose forms may be answered by a redirect to these addresses or hosts, too.

    Browsers go from a form to another host only where the policy of its page allows that. As csp.decorators.csp_update
    does it, for what is known only when the page is drawn.
    """
    vars(page)["_csp_update"] = {"form-action": [*places]}
    return page
