"""The pages of a community: one URLconf on its own domain, its subdomain and under /c/<slug>/."""

from django.urls import include, path

from communities.content.kinds import KINDS
from config import health, security

# What is read most comes first: each address is compared with all that stand before it.
urlpatterns = [
    *(path(f"{kind.path}/", include(kind.urls)) for kind in KINDS),
    path("", include("communities.front.urls")),
    path("", include("communities.content.urls")),
    path("", include("communities.notifications.urls")),
    path("", include("communities.hearing.urls")),
    path("", include("members.urls")),
    path("", include("communities.launch.urls")),
    path("healthz", health.show_alive),
    path("readyz", health.show_ready),
    path(".well-known/security.txt", security.show_security_contact),
    path("", include("communities.promotions.urls")),
    path("polls/", include("communities.polls.urls")),
    path("calls/", include("communities.calls.urls")),
    path("", include("communities.animation.urls")),
    path("", include("communities.animation.newsletters.urls")),
    path("", include("communities.console.urls")),
    path("", include("communities.transfer.urls")),
    path("", include("moderation.urls")),
    path("", include("analytics.reports.urls")),
    path("", include("analytics.offers.urls")),
    path("", include("analytics.roi.urls")),
    path("", include("analytics.capture.urls")),
    path("", include("communities.people.urls")),
]

handler400 = "config.error_views.refuse_request"
handler403 = "config.error_views.refuse_person"
handler404 = "config.error_views.show_not_found"
handler500 = "config.error_views.show_failure"
handler429 = "config.error_views.refuse_many"
