from django.urls import path

from communities.notifications import views

app_name = "notifications"

urlpatterns = [
    path("notifications/", views.list_notifications, name="list-notifications"),
    path("notifications/read/", views.read_notifications, name="read-notifications"),
    path("me/notifications/", views.edit_channels, name="edit-channels"),
    path("me/notifications/resume/", views.resume_mails, name="resume-mails"),
    path("manage/mails/", views.list_undelivered, name="list-undelivered"),
    path("manage/mails/<uuid:pk>/again/", views.try_again, name="try-again"),
    path("unsubscribe/<str:token>", views.unsubscribe, name="unsubscribe"),
]
