from __future__ import annotations

from django.urls import path

from communities.console.tags import views

urlpatterns = [
    path("manage/tags/", views.list_tags, name="list-tags"),
    path("manage/tags/unused/", views.forbid_word, name="forbid-word"),
    path("manage/tags/words/<int:word>/delete/", views.remove_word, name="remove-tag-word"),
    path("manage/tags/<int:tag>/", views.edit_tag, name="edit-tag"),
    path("manage/tags/<int:tag>/words/", views.add_word, name="add-tag-word"),
    path("manage/tags/<int:tag>/merge/", views.merge_tag, name="merge-tag"),
    path("manage/tags/<int:tag>/forbid/", views.forbid_tag, name="forbid-tag"),
]
