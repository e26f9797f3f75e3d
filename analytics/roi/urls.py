"""Addresses of `analytics.roi`: the marketing lead's pages, and those for visitors and shops."""

from __future__ import annotations

from django.urls import path

from analytics.roi.views import costs, hooks, leads, objectives, offers, orders, rates, savings, shops

app_name = "roi"

urlpatterns = [
    path("results/rates/", rates.set_rate, name="set-rate"),
    path("results/counts/", rates.add_counts, name="add-counts"),
    path("results/costs/", costs.record_cost, name="record-cost"),
    path("results/costs/<int:pk>/remove/", costs.remove_cost, name="remove-cost"),
    path("results/objectives/", objectives.list_objectives, name="list-objectives"),
    path("results/objectives/new/", objectives.set_objective, name="set-objective"),
    path("results/objectives/<int:pk>/", objectives.show_objective, name="show-objective"),
    path("results/objectives/<int:pk>/close/", objectives.close_objective, name="close-objective"),
    path("results/offers/", offers.list_offers, name="list-offers"),
    path("results/offers/new/", offers.add_offer, name="add-offer"),
    path("results/offers/<int:pk>/", offers.edit_offer, name="edit-offer"),
    path("results/leads/", leads.list_leads, name="list-leads"),
    path("results/leads.csv", leads.export_leads, name="export-leads"),
    path("results/leads/<uuid:public_id>/accept/", leads.accept_lead, name="accept-lead"),
    path("results/leads/<uuid:public_id>/refuse/", leads.refuse_lead, name="refuse-lead"),
    path("results/leads/<uuid:public_id>/erase/", leads.erase_lead, name="erase-lead"),
    path("results/orders/", orders.list_orders, name="list-orders"),
    path("results/orders/import/", orders.import_orders, name="import-orders"),
    path("results/orders/import/<uuid:public_id>/", orders.map_orders, name="map-orders"),
    path("results/orders/sources/", shops.connect_shop, name="connect-shop"),
    path("results/orders/sources/<int:pk>/secret/", shops.change_secret, name="change-secret"),
    path("results/orders/sources/<int:pk>/disconnect/", shops.disconnect_shop, name="disconnect-shop"),
    path("offers/<slug:slug>/", offers.show_offer, name="show-offer"),
    path("go/<slug:slug>", offers.follow_link, name="follow-link"),
    path("saved-call/<uuid:public_id>/", savings.say_saved, name="say-saved"),
    path("hooks/orders/<uuid:token>/", hooks.receive_order, name="receive-order"),
]
