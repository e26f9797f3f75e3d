from django.urls import URLPattern, path

from communities.content.views.feeds import show_feed
from communities.content.views.replying import reply_view
from communities.reviews.models import REVIEWS
from communities.reviews.permissions import FEATURE
from communities.reviews.views import answering, lists, reading, things, writing

app_name = "reviews"

_reply = reply_view(FEATURE, find=reading.get_review, show=reading.show_unreplied)
_about = {"kind": REVIEWS}

urlpatterns: list[URLPattern] = [
    path("feed.<str:suffix>", show_feed, _about, name="show-feed"),
    path("in/<words:space>/feed.<str:suffix>", show_feed, _about, name="show-feed"),
    path("", lists.list_things, name="list-things"),
    path("in/<words:space>/", lists.show_shelf, name="show-shelf"),
    path("in/<words:space>/how/", lists.show_procedure, name="show-procedure"),
    path("in/<words:space>/follow/", lists.follow_shelf, name="follow-shelf"),
    path("in/<words:space>/unfollow/", lists.unfollow_shelf, name="unfollow-shelf"),
    path("in/<words:space>/new/", things.add_thing, name="add-thing"),
    path("of/<words:slug>/", reading.show_thing, name="show-thing"),
    path("of/<words:slug>/edit/", things.edit_thing, name="edit-thing"),
    path("of/<words:slug>/remove/", things.remove_thing, name="remove-thing"),
    path("of/<words:slug>/write/", writing.write_review, name="write-review"),
    path("r/<words:slug>/", reading.show_review, name="show-review"),
    path("r/<words:slug>/reply/", _reply, name="reply-to-review"),
    path("r/<words:slug>/edit/", writing.change_review, name="edit-review"),
    path("r/<words:slug>/answer/", answering.answer_review, name="answer-review"),
]
