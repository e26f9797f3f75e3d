from django.urls import URLPattern, path

from communities.content.views.feeds import show_feed
from communities.content.views.replying import reply_view
from communities.events.models import EVENTS
from communities.events.permissions import FEATURE
from communities.events.views import (
    attending,
    bringing,
    calendars,
    door,
    organising,
    reading,
    reporting,
    writing,
)

app_name = "events"

_reply = reply_view(FEATURE, find=reading.get_event, show=reading.show_unreplied)
_about = {"kind": EVENTS}

urlpatterns: list[URLPattern] = [
    path("feed.<str:suffix>", show_feed, _about, name="show-feed"),
    path("in/<words:space>/feed.<str:suffix>", show_feed, _about, name="show-feed"),
    path("", reading.list_events, name="list-events"),
    path("calendar.ics", calendars.export_calendar, name="export-calendar"),
    path("mine/", calendars.show_own_calendar, name="show-own-calendar"),
    path("mine/<str:token>.ics", calendars.export_own_calendar, name="export-own-calendar"),
    path("new/", writing.choose_calendar, name="choose-calendar"),
    path("in/<words:space>/", reading.show_calendar, name="show-calendar"),
    path("in/<words:space>/new/", writing.create_event, name="create-event"),
    path("in/<words:space>/bring/", bringing.bring_calendar, name="bring-calendar"),
    path("in/<words:space>/follow/", reading.follow_calendar, name="follow-calendar"),
    path("in/<words:space>/unfollow/", reading.unfollow_calendar, name="unfollow-calendar"),
    path("e/<words:slug>/", reading.show_event, name="show-event"),
    path("e/<words:slug>.ics", calendars.export_event, name="export-event"),
    path("e/<words:slug>/reply/", _reply, name="reply-to-event"),
    path("e/<words:slug>/edit/", writing.edit_event, name="edit-event"),
    path("e/<words:slug>/cancel/", writing.cancel_event, name="cancel-event"),
    path("e/<words:slug>/register/", attending.register_for_event, name="register-for-event"),
    path("e/<words:slug>/unregister/", attending.unregister_from_event, name="unregister-from-event"),
    path("e/<words:slug>/attendees/", organising.list_attendees, name="list-attendees"),
    path("e/<words:slug>/attendees.csv", organising.download_attendees, name="download-attendees"),
    path("e/<words:slug>/attendees/<int:pk>/check-in/", door.check_in, name="check-in"),
    path("e/<words:slug>/attendees/<int:pk>/take-off/", organising.take_off_list, name="take-off-list"),
    path("e/<words:slug>/door/", door.show_door, name="show-door"),
    path("e/<words:slug>/door/list/", door.print_door, name="print-door"),
    path("e/<words:slug>/door/phone/", door.show_kept_door, name="show-kept-door"),
    path("e/<words:slug>/door/ticks/", door.take_ticks, name="take-ticks"),
    path("e/<words:slug>/report/", reporting.report_event, name="report-event"),
    path("here/<str:token>.png", door.draw_code, name="draw-code"),
    path("here/<str:token>/", door.show_arrival, name="show-arrival"),
]
