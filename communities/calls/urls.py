from django.urls import URLPattern, path

from communities.calls.views import applying, calls, team

app_name = "calls"

urlpatterns: list[URLPattern] = [
    path("", calls.list_calls, name="list-calls"),
    path("under/<uuid:public_id>/", calls.add_call, name="add-call"),
    path("<int:pk>/edit/", calls.edit_call, name="edit-call"),
    path("<int:pk>/remove/", calls.remove_call, name="remove-call"),
    path("<int:pk>/projects/", calls.list_projects, name="list-projects"),
    path("<int:pk>/publish/", calls.publish_projects, name="publish-projects"),
    path("<int:pk>/apply/", applying.apply_to_call, name="apply-to-call"),
    path("<int:pk>/withdraw/", applying.withdraw_application, name="withdraw-application"),
    path("<int:pk>/applications/", team.list_applications, name="list-applications"),
    path("applications/<int:pk>/", applying.show_application, name="show-application"),
    path("applications/<int:pk>/score/", team.score_application, name="score-application"),
    path("applications/<int:pk>/conflict/", team.declare_conflict, name="declare-conflict"),
    path("applications/<int:pk>/decide/", team.move_application, name="move-application"),
    path("applications/<int:pk>/plan/", team.plan_application, name="plan-application"),
    path("evaluations/<int:pk>/lift/", team.lift_conflict, name="lift-conflict"),
    path("files/<int:pk>/", applying.open_file, name="open-file"),
]
