"""What the platform's own name says to machines about the communities under it."""

from django.urls import path

from communities.content import sitemap_views

urlpatterns = [path("robots.txt", sitemap_views.show_platform_robots, name="show-platform-robots")]
