"""The platform's own pages: the operator's, and what belongs to a host rather than to a community."""

from django.urls import include, path

urlpatterns = [
    path("", include("members.urls")),
    path("", include("communities.content.platform_urls")),
    path("", include("communities.console.platform_urls")),
]
