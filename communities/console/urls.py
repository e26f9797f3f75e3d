"""Addresses of the settings inside a community."""

from __future__ import annotations

from django.urls import path

from communities.console import style_views, views
from communities.console.texts.urls import urlpatterns as texts

app_name = "console"

urlpatterns = [
    path("manage/", views.show_console, name="show-console"),
    path("manage/brand/", views.edit_brand, name="edit-brand"),
    *texts,
    path("style/", style_views.show_style, name="show-style"),
]
