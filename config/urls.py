"""The pages of a community: one URLconf on its own domain, its subdomain and under /c/<slug>/."""

from django.urls import include, path

urlpatterns = [
    path("", include("members.urls")),
    path("", include("communities.launch.urls")),
    path("", include("communities.content.urls")),
    path("", include("communities.notifications.urls")),
    path("blogs/", include("communities.blogs.urls")),
    path("forums/", include("communities.forums.urls")),
    path("", include("communities.console.urls")),
    path("", include("communities.people.urls")),
]
