from django.urls import path

from communities.notifications import views
from communities.notifications.devices import views as devices

app_name = "notifications"

urlpatterns = [
    path("notifications/", views.list_notifications, name="list-notifications"),
    path("notifications/read/", views.read_notifications, name="read-notifications"),
    path("me/notifications/", views.edit_channels, name="edit-channels"),
    path("me/notifications/devices/", devices.add_device, name="add-device"),
    path("me/notifications/devices/key/", devices.show_key, name="show-key"),
    path("me/notifications/devices/<int:pk>/remove/", devices.remove_device, name="remove-device"),
    path("me/notifications/resume/", views.resume_mails, name="resume-mails"),
    path("manage/mails/", views.list_undelivered, name="list-undelivered"),
    path("manage/mails/<uuid:pk>/again/", views.try_again, name="try-again"),
    path("unsubscribe/<str:token>", views.unsubscribe, name="unsubscribe"),
]
