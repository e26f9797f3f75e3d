from __future__ import annotations

from django.urls import path

from communities.console.redirects import views

urlpatterns = [
    path("manage/redirects/", views.list_redirects, name="list-redirects"),
    path("manage/redirects/try/", views.try_redirects, name="try-redirects"),
    path("manage/redirects/<int:id>/delete/", views.delete_redirect, name="delete-redirect"),
]
