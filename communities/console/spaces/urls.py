"""Addresses of spaces, menu and modules; part of the settings."""

from __future__ import annotations

from django.urls import path

from communities.console.spaces import first_texts, move_views, place_views, preview_views, views

urlpatterns = [
    path("manage/spaces/", views.list_spaces, name="list-spaces"),
    path("manage/spaces/order/", views.order_spaces, name="order-spaces"),
    path("manage/spaces/new/", views.add_space, name="add-space"),
    path("manage/spaces/<int:id>/edit/", views.edit_space, name="edit-space"),
    path("manage/spaces/<int:id>/preview/", preview_views.preview_space, name="preview-space"),
    path("manage/spaces/<int:id>/archive/", views.archive_space, name="archive-space"),
    path("manage/spaces/<int:id>/restore/", views.restore_space, name="restore-space"),
    path("manage/spaces/<int:id>/delete/", views.delete_space, name="delete-space"),
    path("manage/spaces/<int:id>/move-threads/", move_views.move_threads, name="move-threads"),
    path("manage/first-texts/", first_texts.publish_first_texts, name="publish-first-texts"),
    path("manage/menu/", place_views.edit_menu, name="edit-menu"),
    path("manage/modules/", place_views.choose_modules, name="choose-modules"),
]
