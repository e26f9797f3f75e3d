from django.urls import path

from communities.content.views.feeds import show_feed
from communities.content.views.replying import reply_view
from tests.kinds.notes import views
from tests.kinds.notes.models import NOTES

app_name = "notes"

_reply = reply_view("notes", find=views.reachable_note, show=views.show_unreplied)

urlpatterns = [
    path("", views.list_notes, name="list-notes"),
    path("feed.<str:suffix>", show_feed, {"kind": NOTES}, name="show-feed"),
    path("in/<slug:space>/", views.show_notes, name="show-notes"),
    path("in/<slug:space>/feed.<str:suffix>", show_feed, {"kind": NOTES}, name="show-feed"),
    path("in/<slug:space>/new/", views.write_note, name="write-note"),
    path("<slug:note>/", views.show_note, name="show-note"),
    path("<slug:note>/margin/", views.annotate_note, name="annotate-note"),
    path("<slug:note>/reply/", _reply, name="reply-to-note"),
]
