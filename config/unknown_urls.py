"""A host that leads nowhere: every path is a 404."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []

handler400 = "config.error_views.refuse_request"
handler403 = "config.error_views.refuse_person"
handler404 = "config.error_views.show_not_found"
handler500 = "config.error_views.show_failure"
