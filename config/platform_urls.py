"""The platform's own pages: the operator's, and what belongs to a host rather than to a community."""

from django.urls import include, path

from config import health, metrics, security

urlpatterns = [
    path("healthz", health.show_alive, name="show-alive"),
    path("readyz", health.show_ready, name="show-ready"),
    path("metrics", metrics.show_metrics, name="show-metrics"),
    path(".well-known/security.txt", security.show_security_contact),
    path("", include("members.urls")),
    path("", include("communities.content.platform_urls")),
    path("", include("communities.console.platform_urls")),
]

handler400 = "config.error_views.refuse_request"
handler403 = "config.error_views.refuse_person"
handler404 = "config.error_views.show_not_found"
handler500 = "config.error_views.show_failure"
