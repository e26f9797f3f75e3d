from django.urls import path

from communities.front.views import about, home, legal, machines, phone

app_name = "front"

urlpatterns = [
    path("", home.show_home, name="show-home"),
    # The place
    path("about/", about.show_about, name="show-about"),
    path("help/", about.show_help, name="show-help"),
    path("rules/", about.show_rules, name="show-rules"),
    path("legal/", legal.show_legal, name="show-legal"),
    path("legal/<slug:kind>/", legal.show_legal, name="show-legal-text"),
    path("legal/<slug:kind>/<int:number>/", legal.show_legal_version, name="show-legal-version"),
    path(
        "legal/<slug:kind>/diff/<int:older>..<int:newer>/",
        legal.show_legal_difference,
        name="show-legal-difference",
    ),
    # Files
    path("theme/<slug:version>.css", machines.show_theme, name="show-theme"),
    path("favicon.ico", machines.show_favicon, name="show-favicon"),
    path("apple-touch-icon.png", machines.show_touch_icon, name="show-touch-icon"),
    path("manifest.webmanifest", machines.show_manifest, name="show-manifest"),
    path("app-icon.png", phone.show_app_icon, name="show-app-icon"),
    path("worker.js", phone.show_worker, name="show-worker"),
    path("offline/", phone.show_offline, name="show-offline"),
    path("media/public/<path:path>", machines.serve_public_picture, name="serve-public-picture"),
]
