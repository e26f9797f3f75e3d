"""Addresses of the settings about profile fields."""

from __future__ import annotations

from django.urls import path

from communities.console.fields import file_views, views

urlpatterns = [
    path("manage/profile-fields/", views.list_profile_fields, name="list-profile-fields"),
    path("manage/profile-fields/order/", views.order_profile_fields, name="order-profile-fields"),
    path("manage/profile-fields/new/", views.add_profile_field, name="add-profile-field"),
    path("manage/profile-fields/<int:pk>/edit/", views.edit_profile_field, name="edit-profile-field"),
    path("manage/profile-fields/<int:pk>/retire/", views.retire_profile_field, name="retire-profile-field"),
    path(
        "manage/profile-fields/<int:pk>/restore/", views.restore_profile_field, name="restore-profile-field"
    ),
    path("manage/profile-fields/<int:pk>/delete/", views.delete_profile_field, name="delete-profile-field"),
    path("manage/profile-fields/files/", file_views.list_profile_files, name="list-profile-files"),
    path(
        "manage/profile-fields/files/<int:pk>/verify/",
        file_views.verify_profile_file,
        name="verify-profile-file",
    ),
    path(
        "manage/profile-fields/files/<int:pk>/refuse/",
        file_views.refuse_profile_file,
        name="refuse-profile-file",
    ),
]
