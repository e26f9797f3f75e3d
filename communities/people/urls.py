from django.urls import path

from communities.people.views import data, directory, own

app_name = "people"

urlpatterns = [
    # Others
    path("members/", directory.list_members, name="list-members"),
    path("members/<str:handle>/", directory.show_member, name="show-member"),
    # Oneself
    path("me/", own.show_me, name="show-me"),
    path("me/profile/", own.edit_profile, name="edit-profile"),
    path("me/profile/files/<int:pk>/", data.download_file, name="download-file"),
    path("me/preferences/", own.edit_preferences, name="edit-preferences"),
    path("me/data/", data.export_data, name="export-data"),
    path("leave/", own.leave_community, name="leave-community"),
]
