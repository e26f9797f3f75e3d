from django.urls import URLPattern, path

from communities.challenges.models import CONTESTS
from communities.challenges.permissions import FEATURE
from communities.challenges.views import entering, judging, listing, reading, running, voting, writing
from communities.content.views.feeds import show_feed
from communities.content.views.replying import reply_view

app_name = "challenges"

_reply = reply_view(FEATURE, find=reading.get_challenge, show=reading.show_unreplied)
_reply_entry = reply_view(FEATURE, find=reading.get_entry, show=reading.show_entry_unreplied)
_about = {"kind": CONTESTS}

urlpatterns: list[URLPattern] = [
    path("feed.<str:suffix>", show_feed, _about, name="show-feed"),
    path("in/<words:space>/feed.<str:suffix>", show_feed, _about, name="show-feed"),
    path("", listing.list_challenges, name="list-challenges"),
    path("winners/", listing.list_winners, name="list-winners"),
    path("new/", writing.choose_space, name="choose-space"),
    path("in/<words:space>/", listing.show_contests, name="show-contests"),
    path("in/<words:space>/new/", writing.create_challenge, name="create-challenge"),
    path("in/<words:space>/enter/", listing.choose_challenge, name="choose-challenge"),
    path("c/<words:slug>/", reading.show_challenge, name="show-challenge"),
    path("c/<words:slug>/reply/", _reply, name="reply-to-challenge"),
    path("c/<words:slug>/follow/", voting.follow_challenge, name="follow-challenge"),
    path("c/<words:slug>/unfollow/", voting.unfollow_challenge, name="unfollow-challenge"),
    path("c/<words:slug>/rules/", reading.list_rules, name="list-rules"),
    path("c/<words:slug>/draw/", reading.show_draw, name="show-draw"),
    path("c/<words:slug>/draw.txt", reading.download_draw, name="download-draw"),
    path("c/<words:slug>/enter/", entering.enter_challenge, name="enter-challenge"),
    path("c/<words:slug>/withdraw/<int:pk>/", entering.withdraw_entry, name="withdraw-entry"),
    path("c/<words:slug>/vote/<int:pk>/", voting.vote_for_entry, name="vote-for-entry"),
    path("c/<words:slug>/unvote/", voting.take_vote_back, name="take-vote-back"),
    path("c/<words:slug>/marks/", judging.give_marks, name="give-marks"),
    path("c/<words:slug>/answer/", judging.answer_jury, name="answer-jury"),
    path("c/<words:slug>/edit/", writing.edit_challenge, name="edit-challenge"),
    path("c/<words:slug>/rules/edit/", running.edit_rules, name="edit-rules"),
    path("c/<words:slug>/cancel/", running.cancel_challenge, name="cancel-challenge"),
    path("c/<words:slug>/jury/", running.edit_jury, name="edit-jury"),
    path("c/<words:slug>/jury/<int:pk>/remove/", running.remove_juror, name="remove-juror"),
    path("c/<words:slug>/figures/", running.show_figures, name="show-figures"),
    path("e/<words:slug>/", reading.show_entry, name="show-entry"),
    path("e/<words:slug>/reply/", _reply_entry, name="reply-to-entry"),
]
