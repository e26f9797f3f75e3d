"""Addresses of the texts of a place."""

from __future__ import annotations

from django.urls import path

from communities.console.texts import confirm_views, identity, publish_views, rule_views, views

urlpatterns = [
    path("manage/legal/", identity.edit_legal_identity, name="edit-legal-identity"),
    path("manage/texts/", views.show_texts, name="show-texts"),
    path("manage/texts/preview/<slug:language>/", views.preview_text, name="preview-text"),
    path("manage/texts/confirm/", confirm_views.confirm_texts, name="confirm-texts"),
    # The two that the checklist leads to have a name of their own.
    path("manage/texts/rules/", views.show_text, {"kind": "rules"}, name="show-rules-text"),
    path("manage/texts/privacy/", views.show_text, {"kind": "privacy"}, name="show-privacy-text"),
    path("manage/texts/rules/new/", rule_views.add_rule, name="add-rule"),
    path("manage/texts/rules/<int:number>/", rule_views.edit_rule, name="edit-rule"),
    path("manage/texts/rules/<int:number>/move/", rule_views.move_rule, name="move-rule"),
    path("manage/texts/rules/<int:number>/remove/", rule_views.remove_rule, name="remove-rule"),
    path("manage/texts/<slug:kind>/", views.show_text, name="show-text"),
    path("manage/texts/<slug:kind>/edit/", views.edit_text, name="edit-text"),
    path("manage/texts/<slug:kind>/publish/", publish_views.publish_text, name="publish-text"),
    path("manage/texts/<slug:kind>/propose/", views.use_proposal, name="use-proposal"),
    path("manage/texts/<slug:kind>/renew/", views.renew_text, name="renew-text"),
    path("manage/texts/<slug:kind>/discard/", views.throw_draft_away, name="throw-draft-away"),
    path("manage/texts/<slug:kind>/<int:number>/check/", views.check_text, name="check-text"),
    path("manage/texts/<slug:kind>/<int:number>/take-back/", views.take_text_back, name="take-text-back"),
]
