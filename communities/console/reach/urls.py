"""Addresses of the settings about domains and sender."""

from __future__ import annotations

from django.urls import path

from communities.console.reach import sender_views, views

urlpatterns = [
    path("manage/domains/", views.add_domain, name="add-domain"),
    path("manage/domains/<int:pk>/check/", views.check_domain, name="check-domain"),
    path("manage/domains/<int:pk>/make-primary/", views.make_primary, name="make-primary"),
    path("manage/domains/<int:pk>/release/", views.release_domain, name="release-domain"),
    path("manage/sender/", sender_views.edit_sender, name="edit-sender"),
    path("manage/sender/check/", sender_views.check_sender, name="check-sender"),
    path("manage/sender/test/", sender_views.send_test_mail, name="send-test-mail"),
    path("manage/sender/stopped/", sender_views.list_stopped, name="list-stopped"),
    path("manage/sender/stopped/<int:pk>/again/", sender_views.try_address_again, name="try-address-again"),
]
