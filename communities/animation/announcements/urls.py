"""The team’s pages of announcements, under the names of animation."""

from django.urls import path

from communities.animation.announcements.views import making as views

urlpatterns = [
    path("", views.list_announcements, name="list-announcements"),
    path("new/", views.make_announcement, name="make-announcement"),
    path("<int:pk>/edit/", views.edit_announcement, name="edit-announcement"),
    path("<int:pk>/end/", views.end_announcement, name="end-announcement"),
    path("<int:pk>/delete/", views.delete_announcement, name="delete-announcement"),
]
