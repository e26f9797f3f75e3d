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
    path("in/<words:space>/", views.show_notes, name="show-notes"),
    path("in/<words:space>/feed.<str:suffix>", show_feed, {"kind": NOTES}, name="show-feed"),
    path("in/<words:space>/new/", views.write_note, name="write-note"),
    path("<words:note>/", views.show_note, name="show-note"),
    path("<words:note>/margin/", views.annotate_note, name="annotate-note"),
    path("<words:note>/reply/", _reply, name="reply-to-note"),
]
