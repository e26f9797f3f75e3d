from django.urls import URLPattern, path

from communities.content.views.feeds import show_feed
from communities.content.views.replying import reply_view
from communities.forums.models import FORUM
from communities.forums.views import (
    acts,
    asking,
    assigning,
    featuring,
    same,
    spaces,
    starting,
    still_open,
    threads,
)

app_name = "forums"

_reply = reply_view("forums", find=threads.thread_to_reply_to, show=threads.show_unreplied)
_about = {"kind": FORUM}

urlpatterns: list[URLPattern] = [
    path("feed.<str:suffix>", show_feed, _about, name="show-feed"),
    path("f/<words:space>/feed.<str:suffix>", show_feed, _about, name="show-feed"),
    path("t/<words:thread>/feed.<str:suffix>", show_feed, _about, name="show-feed"),
    path("", spaces.list_spaces, name="list-spaces"),
    path("new/", starting.choose_space, name="choose-space"),
    path("f/<words:space>/", spaces.show_space, name="show-space"),
    path("f/<words:space>/new/", starting.start_thread, name="start-thread"),
    path("f/<words:space>/follow/", spaces.follow_space, name="follow-space"),
    path("f/<words:space>/unfollow/", spaces.unfollow_space, name="unfollow-space"),
    path("t/<words:slug>/", threads.show_thread, name="show-thread"),
    path("t/<words:slug>/reply/", _reply, name="reply-to-thread"),
    path("t/<words:slug>/edit/", acts.edit_thread, name="edit-thread"),
    path("t/<words:slug>/follow/", acts.follow_thread, name="follow-thread"),
    path("t/<words:slug>/unfollow/", acts.unfollow_thread, name="unfollow-thread"),
    path("t/<words:slug>/read/", acts.read_thread, name="read-thread"),
    path("t/<words:slug>/lock/", acts.lock_thread, name="lock-thread"),
    path("t/<words:slug>/unlock/", acts.unlock_thread, name="unlock-thread"),
    path("t/<words:slug>/pin/", acts.pin_thread, name="pin-thread"),
    path("t/<words:slug>/unpin/", acts.unpin_thread, name="unpin-thread"),
    path("t/<words:slug>/feature/", featuring.feature, name="feature-thread"),
    path("t/<words:slug>/unfeature/", featuring.unfeature, name="unfeature-thread"),
    path("t/<words:slug>/asked-before/", same.close_question, name="close-question"),
    path("t/<words:slug>/open-again/", same.open_question, name="open-question"),
    path("t/<words:slug>/still-open/", still_open.say, name="still-open"),
    path("t/<words:slug>/ask-members/", asking.ask, name="ask-members"),
    path("t/<words:slug>/assign/", assigning.assign, name="assign-thread"),
    path("t/<words:slug>/unassign/", assigning.unassign, name="unassign-thread"),
    path("t/<words:slug>/accept/<uuid:public_id>/", acts.accept_answer, name="accept-answer"),
    path("t/<words:slug>/unaccept/", acts.unaccept_answer, name="unaccept-answer"),
]
