from __future__ import annotations

from django.urls import path

from communities.transfer.importing import views

urlpatterns = [
    path("manage/import/", views.start_import, name="start-import"),
    path("manage/import/<int:id>/", views.show_import, name="show-import"),
    path("manage/import/<int:id>/rehearse/", views.rehearse_import, name="rehearse-import"),
    path("manage/import/<int:id>/run/", views.run_import, name="run-import"),
    path("manage/import/<int:id>/stop/", views.stop_import, name="stop-import"),
    path("manage/import/<int:id>/undo/", views.undo_import, name="undo-import"),
    path("manage/import/<int:id>/discard/", views.discard_import, name="discard-import"),
    path("manage/import/<int:id>/report/", views.download_report, name="download-report"),
]
