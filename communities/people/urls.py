"""Addresses of people and of the place itself."""

from __future__ import annotations

from django.urls import path

from communities.people import brand_views

app_name = "people"

urlpatterns = [
    path("theme/<slug:version>.css", brand_views.show_theme, name="show-theme"),
    path("favicon.ico", brand_views.show_favicon, name="show-favicon"),
]
