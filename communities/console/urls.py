"""Addresses of the settings inside a community."""

from __future__ import annotations

from django.urls import path

from communities.console import style_views, views
from communities.console.reach.urls import urlpatterns as reach

app_name = "console"

urlpatterns = [
    path("manage/", views.show_console, name="show-console"),
    path("manage/brand/", views.edit_brand, name="edit-brand"),
    path("manage/legal/", views.edit_legal_identity, name="edit-legal-identity"),
    *reach,
    path("style/", style_views.show_style, name="show-style"),
]
