"""What the page of an event shows, for reading, for a reply and for a registration that could not be taken."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from communities.content.addresses import absolute_address
from communities.content.hearing import heard_on
from communities.content.models import Thread
from communities.content.permissions import can_reply_to_thread, sees_end
from communities.content.showing.reading import read_posts
from communities.content.showing.rewards import labelled
from communities.content.showing.sharing import share_address
from communities.content.text.extracts import excerpt
from communities.content.viewers import public_viewer, viewer_of
from communities.content.views.thread_pages import reading_with_insets, waiting_for
from communities.events.door import address_of
from communities.events.door_codes import as_svg, spaced
from communities.events.models import Event, Registration, event_of
from communities.events.permissions import can_edit_event, can_register, can_see_attendees
from communities.events.queries import attendance_of, other_dates
from communities.events.register_forms import RegisterForm, registered_as
from communities.events.registering import last_moment
from communities.events.reporting import may_report, standing_report
from communities.events.structured_data import described
from communities.events.wording import moment_of, where_it_is
from communities.middleware import CommunityRequest

LONGEST_DESCRIPTION = 160
# Of a report, above the replies among which it stands.
LONGEST_REPORT = 320


def event_page(
    request: CommunityRequest,
    thread: Thread,
    page: int,
    form: Any,
    register: RegisterForm | None = None,
    problem: str = "",
    *,
    offers_wait: bool = False,
) -> dict[str, Any]:
    """One page of an event that was fetched with `event_for_page`. `register`, `problem`: what was sent, and why it was
    not taken; `offers_wait` where its sender can wait, though there are places for fewer."""
    by, url = request.membership, thread.get_absolute_url()
    posts, waiting = read_posts(thread, page, by=by), waiting_for(request, thread)
    canonical = absolute_address(request.community, url + (f"?page={page}" if page > 1 else ""))
    context: dict[str, Any] = {
        "thread": thread,
        "thread_url": url,
        "posts": posts,
        "reading": reading_with_insets(request, thread, page, posts, waiting),
        "waiting": waiting,
        "form": form,
        "may_reply": can_reply_to_thread(by, thread),
        "sees_end": sees_end(by, thread),
        "heard": heard_on(thread, page, by),
        "older_url": f"{url}?page={page + 1}" if page < thread.last_page else "",
        "newer_url": f"{url}?page={page - 1}" if page > 1 else "",
        "canonical_url": canonical,
        "page_title": thread.title,
        "share_type": "article",
        "may_edit": can_edit_event(by, thread),
        "sees_attendees": can_see_attendees(by, thread),
        "crumbs": _crumbs(thread),
    }
    event = event_of(thread)
    if event is not None:
        context |= _facts(request, thread, event, register, problem)
        context["offers_wait"] = offers_wait or context["is_full"]
        context |= _for_machines(request, thread, event, context, page)
    return context if thread.is_published else context | {"robots": "noindex"}


def _crumbs(thread: Thread) -> list[dict[str, str]]:
    space = thread.space
    return [
        {"label": _("Events"), "url": reverse("events:list-events")},
        {"label": space.name, "url": space.get_absolute_url()},
        {"label": thread.title},
    ]


def _for_machines(
    request: CommunityRequest, thread: Thread, event: Event, context: dict[str, Any], page: int
) -> dict[str, Any]:
    """What other sites and search engines are told; they are never signed in."""
    community, posts = request.community, context["posts"]
    is_public = thread.is_published and thread.space_id in public_viewer(community).space_ids
    image = share_address(community, thread)
    told: dict[str, Any] = {"share_image": image if is_public else ""}
    if request.membership is None and page == 1 and posts and thread.is_published:
        words = labelled(posts[0], excerpt(posts[0].body_html, LONGEST_DESCRIPTION))
        attendance = context["attendance"]
        told["page_description"] = words
        told["structured"] = described(community, thread, event, attendance, description=words, image=image)
    return told


def _facts(
    request: CommunityRequest, thread: Thread, event: Event, register: RegisterForm | None, problem: str
) -> dict[str, Any]:
    by = request.membership
    attendance = attendance_of(event, by)
    free = attendance.free(event)
    mine = attendance.mine
    return {
        "event": event,
        "attendance": attendance,
        "free": free,
        "is_full": free == 0,
        "filled": attendance.filled(event),
        "share": round(100 * attendance.filled(event) / event.capacity) if event.capacity else 0,
        "others": max(0, attendance.taken - len(attendance.faces)),
        "other_dates": other_dates(viewer_of(request), event),
        "moment": moment_of(event),
        "where": where_it_is(event),
        "until": last_moment(event),
        "may_register": can_register(by, thread),
        "register_form": register or _blank(request, event, mine),
        "problem": problem,
        "team_link": _team_link(request, thread, mine),
        # Whom an organiser has put on the list, and of questions that were added since.
        "lacks_answers": mine is not None and any(not mine.answers.get(one) for one in event.asked),
        # An organiser who is not registered reads it, too: they have written it.
        "shows_online": bool(event.online_url)
        and (bool(mine and mine.is_coming) or can_see_attendees(by, thread)),
        **_for_the_door(request, event, mine),
        **_report(request, thread, event),
    }


def _for_the_door(request: CommunityRequest, event: Event, mine: Registration | None) -> dict[str, str]:
    """The code of somebody who is still let in by it, as words and as a picture."""
    if mine is None or not mine.is_coming or event.is_cancelled or event.is_over:
        return {}
    picture = as_svg(address_of(request.community, mine))
    return {"door_code": spaced(mine.door_code), "door_picture": picture}


def _report(request: CommunityRequest, thread: Thread, event: Event) -> dict[str, Any]:
    """What an organiser said of it afterwards, its beginning and where it stands; or that one may say it."""
    if not event.is_over:
        return {}
    event.thread = thread
    report = standing_report(event)
    if report is None or not report.is_published or report.position is None:
        return {"may_report": report is None and may_report(event, request.membership)}
    words = labelled(report, excerpt(report.body_html, LONGEST_REPORT))
    return {"report_url": thread.url_of(report.position), "report_words": words}


def _blank(request: CommunityRequest, event: Event, mine: Registration | None) -> RegisterForm:
    """As its reader has said it so far; the team whose link they came by is chosen."""
    said = registered_as(event, mine) | {"team": request.GET.get("team", "")}
    return RegisterForm(event=event, joined=mine is not None, initial=said)


def _team_link(request: CommunityRequest, thread: Thread, mine: Registration | None) -> str:
    """The page of the event with one’s own team chosen."""
    if mine is None or mine.team_id is None:
        return ""
    address = absolute_address(request.community, thread.get_absolute_url())
    return f"{address}?team={mine.team_id}#register"
