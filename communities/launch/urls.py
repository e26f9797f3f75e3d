from django.urls import path

from communities.launch.views import inviting, joining, opening, planning, relaunching, waiting, watching

app_name = "launch"

urlpatterns = [
    path("join/", joining.join_community, name="join-community"),
    path("i/<str:token>", joining.show_invitation, name="show-invitation"),
    path("waiting-list/", waiting.join_waiting_list, name="join-waiting-list"),
    path("waiting-list/joined/", waiting.show_list_joined, name="show-list-joined"),
    path("waiting-list/<str:token>/", waiting.show_waiting_place, name="show-waiting-place"),
    path("waiting-list/<str:token>/leave/", waiting.leave_waiting_list, name="leave-waiting-list"),
    path("me/invitations/", inviting.invite_people, name="invite-people"),
    path("me/invitations/<int:invitation>/revoke/", inviting.revoke_invitation, name="revoke-invitation"),
    path("manage/launch/", planning.show_plan, name="show-plan"),
    path("manage/launch/log/", planning.show_log, name="show-log"),
    path("manage/launch/preview/leave/", opening.end_stage_preview, name="end-preview"),
    path("manage/launch/waiting-list/", waiting.list_waiting, name="list-waiting"),
    path("manage/launch/waiting-list/admit/", waiting.admit_waiting, name="admit-waiting"),
    path("manage/launch/waiting-list/refuse/", waiting.refuse_waiting, name="refuse-waiting"),
    path("manage/launch/waiting-list/refused/", waiting.list_refused, name="list-refused"),
    path("manage/launch/waiting-list/<int:place>/put-back/", waiting.put_back, name="put-back"),
    path("manage/launch/brought/", waiting.list_brought, name="list-brought"),
    path("manage/launch/waves/", inviting.show_waves, name="show-waves"),
    path("manage/launch/waves/<int:wave>/send/", inviting.send_wave, name="send-wave"),
    path("manage/launch/propose/", relaunching.propose_plan, name="propose-plan"),
    path("manage/launch/stages/<int:stage>/begin-anew/", relaunching.begin_anew, name="begin-anew"),
    path("manage/launch/stages/new/", planning.add_stage, name="add-stage"),
    path("manage/launch/stages/<int:stage>/", planning.show_stage, name="show-stage"),
    path("manage/launch/stages/<int:stage>/edit/", planning.edit_stage, name="edit-stage"),
    path("manage/launch/stages/<int:stage>/remove/", planning.remove_stage, name="remove-stage"),
    path("manage/launch/stages/<int:stage>/open/", opening.open_stage, name="open-stage"),
    path("manage/launch/stages/<int:stage>/pause/", opening.pause_stage, name="pause-stage"),
    path("manage/launch/stages/<int:stage>/resume/", opening.resume_stage, name="resume-stage"),
    path("manage/launch/stages/<int:stage>/roll-back/", opening.roll_back_stage, name="roll-back-stage"),
    path("manage/launch/stages/<int:stage>/watch/", watching.show_watch, name="show-watch"),
    path("manage/launch/stages/<int:stage>/watch/limits/", watching.edit_limits, name="edit-limits"),
    path("manage/launch/stages/<int:stage>/announce/", opening.announce_stage, name="announce-stage"),
    path("manage/launch/stages/<int:stage>/preview/", opening.preview_stage, name="preview-stage"),
]
