"""Addresses of name, place, state and journal, under the settings."""

from __future__ import annotations

from django.urls import path

from communities.console.place import journal_views, state_views, views

urlpatterns = [
    path("manage/place/", views.edit_place, name="edit-place"),
    path("manage/checklist/put-away/", views.put_checklist_away, name="put-checklist-away"),
    path("manage/checklist/bring-back/", views.bring_checklist_back, name="bring-checklist-back"),
    path("manage/open/", state_views.open_community, name="open-community"),
    path("manage/close/", state_views.close_community, name="close-community"),
    path("manage/close/delete/", state_views.delete_community, name="delete-community"),
    path("manage/close/keep/", state_views.keep_community, name="keep-community"),
    path("manage/reopen/", state_views.reopen_community, name="reopen-community"),
    path("manage/journal/", journal_views.show_journal, name="show-journal"),
    path("manage/journal.<str:kind>", journal_views.export_journal, name="export-journal"),
    path("manage/journal/<int:id>/undo/", journal_views.undo_change, name="undo-change"),
]
