"""What machines that read the page of an event are told (schema.org)."""

from __future__ import annotations

from typing import Any

from communities.content.addresses import absolute_address
from communities.content.models import Thread
from communities.content.showing.sharing import breadcrumb_data, graph_of
from communities.content.text.extracts import shorten
from communities.events.models import Event
from communities.events.queries import Attendance
from communities.models import Community

_SCHEMA = "https://schema.org/"


def described(
    community: Community,
    thread: Thread,
    event: Event,
    attendance: Attendance,
    *,
    description: str,
    image: str,
) -> dict[str, Any]:
    """The event and where it stands. The online address is for those who come: machines get that of the page."""
    crumbs = [(thread.space.name, thread.space.get_absolute_url()), (thread.title, thread.get_absolute_url())]
    return graph_of(
        _event(community, thread, event, attendance, description, image), breadcrumb_data(community, crumbs)
    )


def _event(
    community: Community, thread: Thread, event: Event, attendance: Attendance, description: str, image: str
) -> dict[str, Any]:
    address = absolute_address(community, thread.get_absolute_url())
    data: dict[str, Any] = {
        "@type": "Event",
        "name": shorten(thread.title, 110),
        "description": description,
        "url": address,
        "image": image,
        "inLanguage": thread.language,
        "startDate": event.starts.isoformat(timespec="seconds"),
        "endDate": event.ends.isoformat(timespec="seconds"),
        "eventStatus": f"{_SCHEMA}{'EventCancelled' if event.is_cancelled else 'EventScheduled'}",
        "eventAttendanceMode": f"{_SCHEMA}{_mode(event)}",
        "location": _locations(event, address),
        "organizer": {"@type": "Organization", "name": community.name},
    }
    free = attendance.free(event)
    if event.capacity is not None and free is not None:
        # People, whether they come in teams or not.
        data["maximumAttendeeCapacity"] = event.capacity * (event.team_size or 1)
        data["remainingAttendeeCapacity"] = free * (event.team_size or 1)
    return data


def _mode(event: Event) -> str:
    if event.online_url and event.place:
        return "MixedEventAttendanceMode"
    return "OnlineEventAttendanceMode" if event.online_url else "OfflineEventAttendanceMode"


def _locations(event: Event, address: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    if event.place:
        place = {"@type": "Place", "name": event.place, "address": event.place}
        found.append(place | ({"hasMap": event.map_url} if event.map_url else {}))
    if event.online_url:
        found.append({"@type": "VirtualLocation", "url": address})
    return found
