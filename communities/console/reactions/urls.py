from __future__ import annotations

from django.urls import path

from communities.console.reactions import views

urlpatterns = [path("manage/reactions/", views.edit_reactions, name="edit-reactions")]
