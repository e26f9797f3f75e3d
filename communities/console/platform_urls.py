"""Addresses on the platform's own host."""

from __future__ import annotations

from django.urls import path

from communities.console import style_views

app_name = "platform"

urlpatterns = [
    path("style/", style_views.show_style, name="show-style"),
]
