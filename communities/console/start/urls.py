"""The address of an owner’s first page."""

from __future__ import annotations

from django.urls import path

from communities.console.start import views

urlpatterns = [path("manage/start/", views.begin_place, name="begin-place")]
