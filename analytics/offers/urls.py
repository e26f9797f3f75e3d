"""Addresses of offers with codes. One of them is shown at the address of all offers (`analytics.roi.urls`)."""

from __future__ import annotations

from django.urls import path

from analytics.offers.views import codes, own, running

app_name = "offers"

urlpatterns = [
    path("offers/", own.list_offers, name="list-offers"),
    path("offers/<slug:slug>/claim/", own.claim_offer, name="claim-offer"),
    path("manage/offers/", running.list_made, name="list-made"),
    path("manage/offers/new/", running.make_offer, name="make-offer"),
    path("manage/offers/<int:pk>/", codes.show_claims, name="show-claims"),
    path("manage/offers/<int:pk>/claims.csv", codes.export_claims, name="export-claims"),
    path("manage/offers/<int:pk>/edit/", running.edit_offer, name="edit-offer"),
    path("manage/offers/<int:pk>/pause/", running.pause_offer, name="pause-offer"),
    path("manage/offers/<int:pk>/resume/", running.resume_offer, name="resume-offer"),
    path("manage/offers/<int:pk>/end/", running.end_offer, name="end-offer"),
    path("manage/offers/<int:pk>/delete/", running.delete_offer, name="delete-offer"),
    path("manage/offers/<int:pk>/codes/", codes.add_codes, name="add-codes"),
    path("manage/offers/<int:pk>/codes.csv", codes.export_codes, name="export-codes"),
    path("manage/offers/<int:pk>/codes/clear/", codes.clear_codes, name="clear-codes"),
    path("manage/offers/<int:pk>/codes/<int:code>/take-back/", codes.take_back_code, name="take-back-code"),
    path("manage/offers/<int:pk>/codes/<int:code>/give-back/", codes.give_back_code, name="give-back-code"),
]
