from django.urls import URLPattern, path

from communities.content.views.feeds import show_feed
from communities.content.views.replying import reply_view
from communities.ideas.models import IDEAS
from communities.ideas.views import acts, boxes, figures, papers, reading, submitting, team

app_name = "ideas"

_reply = reply_view("ideas", find=reading.reachable_idea, show=reading.show_unreplied)
_about = {"kind": IDEAS}

urlpatterns: list[URLPattern] = [
    path("feed.<str:suffix>", show_feed, _about, name="show-feed"),
    path("b/<words:space>/feed.<str:suffix>", show_feed, _about, name="show-feed"),
    path("", boxes.list_boxes, name="list-boxes"),
    path("delivered/", boxes.show_delivered, name="show-delivered"),
    path("b/<words:space>/", boxes.show_box, name="show-box"),
    path("b/<words:space>/new/", submitting.submit_idea, name="submit-idea"),
    path("b/<words:space>/closing/", boxes.show_closing, name="show-closing"),
    path("b/<words:space>/figures/", figures.show_figures, name="show-figures"),
    path("b/<words:space>/follow/", boxes.follow_box, name="follow-box"),
    path("b/<words:space>/unfollow/", boxes.unfollow_box, name="unfollow-box"),
    path("b/<words:space>/edit/", team.edit_box, name="edit-box"),
    path("b/<words:space>/reopen/", team.reopen_box, name="reopen-box"),
    path("b/<words:space>/papers/", papers.list_papers, name="list-papers"),
    path("papers/<int:pk>/", papers.open_paper, name="open-paper"),
    path("papers/<int:pk>/remove/", papers.take_paper_away, name="remove-paper"),
    path("i/<words:slug>/", reading.show_idea, name="show-idea"),
    path("i/<words:slug>/merged/", reading.show_merged, name="show-merged"),
    path("i/<words:slug>/reply/", _reply, name="reply-to-idea"),
    path("i/<words:slug>/vote/", acts.vote_idea, name="vote-idea"),
    path("i/<words:slug>/unvote/", acts.unvote_idea, name="unvote-idea"),
    path("i/<words:slug>/follow/", acts.follow_idea, name="follow-idea"),
    path("i/<words:slug>/unfollow/", acts.unfollow_idea, name="unfollow-idea"),
    path("i/<words:slug>/edit/", submitting.edit_idea, name="edit-idea"),
    path("i/<words:slug>/status/", team.set_status, name="set-status"),
    path("i/<words:slug>/assign/", team.assign_idea, name="assign-idea"),
    path("i/<words:slug>/merge/", team.merge_ideas, name="merge-ideas"),
]
