"""The operator’s pages on the platform’s host."""

from __future__ import annotations

from django.urls import path

from communities.console.operator.views import communities, first, fleet, people, works

urlpatterns = [
    path("operator/", fleet.show_fleet, name="show-fleet"),
    path("operator/first/<str:key>/", first.become_operator, name="become-operator"),
    path("operator/communities/<slug:slug>/", communities.show_community, name="show-community"),
    path(
        "operator/communities/<slug:slug>/suspend/", communities.suspend_community, name="suspend-community"
    ),
    path("operator/communities/<slug:slug>/resume/", communities.resume_community, name="resume-community"),
    path("operator/communities/<slug:slug>/quotas/", communities.set_quotas, name="set-quotas"),
    path("operator/communities/<slug:slug>/hand-over/", communities.hand_over, name="hand-over-community"),
    path("operator/communities/<slug:slug>/clone/", communities.clone_community, name="clone-as-operator"),
    path("operator/communities/<slug:slug>/delete/", communities.delete_community, name="delete-as-operator"),
    path("operator/communities/<slug:slug>/keep/", communities.keep_community, name="keep-as-operator"),
    path("operator/communities/<slug:slug>/enter/", communities.break_glass, name="break-glass"),
    path("operator/openings/<int:pk>/end/", communities.end_opening, name="end-opening"),
    path("operator/people/", people.list_people, name="list-people"),
    path("operator/people/<int:pk>/lock/", people.lock_account, name="lock-account"),
    path("operator/people/<int:pk>/unlock/", people.unlock_account, name="unlock-account"),
    path("operator/jobs/", works.list_jobs, name="list-jobs"),
    path("operator/jobs/<int:pk>/again/", works.run_again, name="run-job-again"),
    path("operator/jobs/aside/<int:pk>/", works.decide_aside, name="decide-aside"),
    path("operator/mail/", works.list_mail, name="list-mail"),
    path("operator/mail/again/", works.send_again, name="send-mail-again"),
    path("operator/backups/", works.list_backups, name="list-backups"),
    path("operator/journal/", works.show_journal, name="show-operator-journal"),
]
