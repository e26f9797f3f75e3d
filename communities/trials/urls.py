from django.urls import URLPattern, path

from communities.content.views.feeds import show_feed
from communities.content.views.replying import reply_view
from communities.trials.models import TRIALS
from communities.trials.views import acts, handling, reading, reports, submitting, taking_part, team, testers
from communities.trials.views import trials as tests

app_name = "trials"

_reply = reply_view("trials", find=reading.reachable_feedback, show=reading.show_unreplied)
_about = {"kind": TRIALS}

urlpatterns: list[URLPattern] = [
    path("feed.<str:suffix>", show_feed, _about, name="show-feed"),
    path("t/<words:space>/feed.<str:suffix>", show_feed, _about, name="show-feed"),
    path("", tests.list_trials, name="list-trials"),
    path("t/<words:space>/", tests.show_trial, name="show-trial"),
    path("t/<words:space>/apply/", taking_part.apply_for_test, name="apply-for-test"),
    path("t/<words:space>/withdraw/", taking_part.withdraw_application, name="withdraw-application"),
    path("t/<words:space>/pledge/", taking_part.accept_pledge, name="accept-pledge"),
    path("t/<words:space>/leave/", taking_part.leave_test, name="leave-test"),
    path("t/<words:space>/report/", reports.show_report, name="show-report"),
    path("t/<words:space>/new/", submitting.submit_feedback, name="submit-feedback"),
    path("t/<words:space>/edit/", team.edit_trial, name="edit-trial"),
    path("t/<words:space>/testers/", testers.list_testers, name="list-testers"),
    path("t/<words:space>/testers/<int:pk>/remove/", testers.remove_tester, name="remove-tester"),
    path("t/<words:space>/release/", team.release_version, name="release-version"),
    path("t/<words:space>/close/", team.close_trial, name="close-trial"),
    path("f/<words:slug>/", reading.show_feedback, name="show-feedback"),
    path("f/<words:slug>/reply/", _reply, name="reply-to-feedback"),
    path("f/<words:slug>/also/", acts.have_it_too, name="have-it-too"),
    path("f/<words:slug>/not-also/", acts.no_longer_have_it, name="no-longer-have-it"),
    path("f/<words:slug>/follow/", acts.follow_feedback, name="follow-feedback"),
    path("f/<words:slug>/unfollow/", acts.unfollow_feedback, name="unfollow-feedback"),
    path("f/<words:slug>/edit/", submitting.edit_feedback, name="edit-feedback"),
    path("f/<words:slug>/state/", handling.set_state, name="set-state"),
    path("f/<words:slug>/same/", handling.point_feedback, name="point-feedback"),
    path("f/<words:slug>/apart/", handling.take_apart, name="take-apart"),
]
