from __future__ import annotations

from django.urls import path

from communities.console.export import views

urlpatterns = [
    path("manage/export/", views.export_community, name="export-community"),
    path("manage/export/<uuid:public_id>/", views.download_export, name="download-export"),
    path("manage/export/<uuid:public_id>/delete/", views.delete_export, name="delete-export"),
]
