"""Addresses of the settings inside a community."""

from __future__ import annotations

from django.urls import include, path

from communities.console import style_views, views

app_name = "console"

urlpatterns = [
    path("manage/", views.show_console, name="show-console"),
    path("", include("communities.console.brand.urls")),
    path("manage/legal/", views.edit_legal_identity, name="edit-legal-identity"),
    path("style/", style_views.show_style, name="show-style"),
]
