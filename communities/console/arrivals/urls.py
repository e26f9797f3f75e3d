from __future__ import annotations

from django.urls import path

from communities.console.arrivals import views

urlpatterns = [
    path("operator/import/", views.upload_export, name="upload-export"),
    path("operator/import/<uuid:public_id>/", views.show_coming, name="show-coming"),
    path("operator/import/<uuid:public_id>/delete/", views.delete_coming, name="delete-coming"),
]
