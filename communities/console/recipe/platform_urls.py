"""Addresses of the wizard, on the platform’s own host, within the namespace `platform`."""

from __future__ import annotations

from django.urls import path

from communities.console.recipe.views import proposal, wizard

urlpatterns = [
    path("new/", wizard.create_community, name="create-community"),
    path("new/<int:recipe>/", proposal.show_proposal, name="show-proposal"),
    path("new/<int:recipe>/shape/", proposal.choose_blueprint, name="choose-blueprint"),
    path("new/<int:recipe>/parts/<slug:part>/", proposal.edit_part, name="edit-part"),
    path("new/<int:recipe>/parts/<slug:part>/reset/", proposal.reset_part, name="reset-part"),
    path("new/<int:recipe>/found/", proposal.found_community, name="found-community"),
    path("new/<int:recipe>/discard/", wizard.discard_recipe, name="discard-recipe"),
    path("new/<int:recipe>/done/", wizard.show_founded, name="show-founded"),
    path("new/<int:recipe>/<slug:step>/", wizard.answer_question, name="answer-question"),
    path("new/clone/<slug:slug>/", wizard.clone_community, name="clone-community"),
    path("new/of/<int:blueprint>/", wizard.begin_with, name="begin-with-blueprint"),
]
