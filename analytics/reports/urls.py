from __future__ import annotations

from django.urls import path

from analytics.reports import engagement_views, views

app_name = "reports"

urlpatterns = [
    path("results/", views.show_results, name="show-results"),
    path("results/community/", engagement_views.show_engagement, name="show-engagement"),
    path(
        "results/community/<slug:name>/", engagement_views.show_engagement_rows, name="show-engagement-rows"
    ),
    path("results/community/<slug:name>.csv", engagement_views.export_engagement, name="export-engagement"),
    path("results.zip", views.export_results, name="export-results"),
    path("results/line/<slug:ref>/", views.explain_figure, name="explain-figure"),
    path("results/line/<slug:ref>.csv", views.export_rows, name="export-rows"),
    path("results/months/<str:month>/close/", views.close_month, name="close-month"),
    path("results/months/<str:month>/reopen/", views.reopen_month, name="reopen-month"),
    path("results/reports/", views.schedule_report, name="schedule-report"),
    path("results/reports/<int:pk>/stop/", views.stop_report, name="stop-report"),
    path("results/reports/send/", views.send_report, name="send-report"),
    path("unsubscribe/report/<str:token>", views.leave_report, name="leave-report"),
]
