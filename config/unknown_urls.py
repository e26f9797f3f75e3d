"""A host that leads nowhere: every path is a 404."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
