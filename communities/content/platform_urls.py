"""What the platform's own name says to machines about the communities under it."""

from django.urls import path

from communities.content.views import sitemaps

urlpatterns = [
    path("robots.txt", sitemaps.show_platform_robots, name="show-platform-robots"),
    path("sitemap.xml", sitemaps.show_platform_sitemap, name="show-platform-sitemap"),
]
