"""Addresses of recipes inside a community, within the namespace `console`."""

from __future__ import annotations

from django.urls import path

from communities.console.recipe.views import applying, entering

urlpatterns = [
    path("manage/recipe/", applying.apply_recipe, name="apply-recipe"),
    path("manage/recipe/parts/<int:applied>/undo/", applying.undo_part, name="undo-part"),
    path("manage/recipe/save/", applying.save_blueprint, name="save-blueprint"),
    path("enter/<str:token>", entering.enter_as_owner, name="enter-as-owner"),
    path("enter/<str:token>/again", entering.send_owner_link, name="send-owner-link"),
]
