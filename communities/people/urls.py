from django.urls import path

from communities.people.views import about, directory, home, machines, own

app_name = "people"

urlpatterns = [
    path("", home.show_home, name="show-home"),
    # Others
    path("members/", directory.list_members, name="list-members"),
    path("members/<str:handle>/", directory.show_member, name="show-member"),
    # Oneself
    path("me/", own.show_me, name="show-me"),
    path("me/profile/", own.edit_profile, name="edit-profile"),
    path("me/preferences/", own.edit_preferences, name="edit-preferences"),
    path("leave/", own.leave_community, name="leave-community"),
    # The place
    path("about/", about.show_about, name="show-about"),
    path("help/", about.show_help, name="show-help"),
    path("rules/", about.show_rules, name="show-rules"),
    path("legal/", about.show_legal, name="show-legal"),
    path("legal/<slug:kind>/", about.show_legal, name="show-legal-text"),
    # Files
    path("theme/<slug:version>.css", machines.show_theme, name="show-theme"),
    path("favicon.ico", machines.show_favicon, name="show-favicon"),
    path("apple-touch-icon.png", machines.show_touch_icon, name="show-touch-icon"),
    path("manifest.webmanifest", machines.show_manifest, name="show-manifest"),
    path("media/public/<path:path>", machines.serve_public_picture, name="serve-public-picture"),
]
