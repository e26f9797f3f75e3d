from __future__ import annotations

from django.urls import path

from moderation.views import cases, reports, settings, statements

app_name = "moderation"

urlpatterns = [
    path("report/receipt/<str:token>", reports.show_receipt, name="show-receipt"),
    path("report/<slug:kind>/<str:id>/", reports.report_content, name="report-content"),
    path("me/decisions/", statements.list_own_decisions, name="list-own-decisions"),
    path("me/decisions/<slug:ref>/", statements.show_statement, name="show-statement"),
    path("moderation/", cases.list_cases, name="list-cases"),
    path("moderation/c/<slug:ref>/", cases.show_case, name="show-case"),
    path("moderation/c/<slug:ref>/claim/", cases.claim_case, name="claim-case"),
    path("moderation/c/<slug:ref>/release/", cases.release_case, name="release-case"),
    path("moderation/c/<slug:ref>/take-over/", cases.take_over_case, name="take-over-case"),
    path("moderation/c/<slug:ref>/decide/", cases.decide_case, name="decide-case"),
    path("moderation/c/<slug:ref>/sanctions/", cases.sanction_member, name="sanction-member"),
    path("moderation/p/<uuid:public_id>/", cases.open_case, name="open-case"),
    path("moderation/about/<slug:door>/<str:key>/", cases.open_case_about, name="open-case-about"),
    path("moderation/sanctions/<int:id>/lift/", cases.lift_sanction, name="lift-sanction"),
    path("moderation/journal/", settings.show_journal, name="show-journal"),
    path("moderation/modes/", settings.edit_modes, name="edit-modes"),
    path("moderation/words/", settings.edit_words, name="edit-words"),
    path("moderation/words/<int:id>/delete/", settings.delete_word, name="delete-word"),
]
