"""Addresses on the platform's own host."""

from __future__ import annotations

from django.urls import path

from communities.console import demo_views, style_views

app_name = "platform"

urlpatterns = [
    path("style/", style_views.show_style, name="show-style"),
    path("demo/", demo_views.show_demo, name="show-demo"),
    path("demo/enter/", demo_views.enter_demo, name="enter-demo"),
    path("demo/run/", demo_views.run_demo, name="run-demo"),
]
