"""Addresses on the platform's own host."""

from __future__ import annotations

from django.urls import path

from communities.console import demo_views, mail_views, platform_views, style_views
from communities.console.arrivals.urls import urlpatterns as arrival_urls
from communities.console.operator.platform_urls import urlpatterns as operator_urls
from communities.console.reach import hooks
from communities.console.recipe import platform_urls as recipe_urls
from communities.front.views import machines

app_name = "platform"

urlpatterns = [
    path("", platform_views.show_platform, name="show-platform"),
    path("communities/", platform_views.list_own_communities, name="list-own-communities"),
    path("new/preview.css", platform_views.preview_theme, name="preview-theme"),
    *operator_urls,
    *arrival_urls,
    *recipe_urls.urlpatterns,
    path("favicon.ico", platform_views.show_favicon, name="show-favicon"),
    path("media/public/<path:path>", machines.serve_public_picture, name="serve-public-picture"),
    path("mails/", mail_views.list_mails, name="list-mails"),
    path("mails/<slug:name>/", mail_views.show_mail, name="show-mail"),
    path("mails/<slug:name>/body/", mail_views.show_mail_body, name="show-mail-body"),
    path("style/", style_views.show_style, name="show-style"),
    path("internal/tls-ask", hooks.answer_tls_ask, name="answer-tls-ask"),
    path("hooks/mail/<slug:provider>/", hooks.take_mail, name="take-mail"),
    path("demo/", demo_views.show_demo, name="show-demo"),
    path("demo/enter/", demo_views.enter_demo, name="enter-demo"),
    path("demo/run/", demo_views.run_demo, name="run-demo"),
]
