"""The only functions that change money rows. Each asserts its permission again, because tasks and commands call them
too."""

from analytics.roi.services.costs import post_costs, record_cost, remove_cost
from analytics.roi.services.deliveries import receive_message, take_delivery, take_waiting
from analytics.roi.services.importing import check_file, load_file, start_import
from analytics.roi.services.objectives import close_objective, set_objective
from analytics.roi.services.offers import (
    KnownContact,
    bring_contacts,
    erase_lead,
    forget_old_contacts,
    judge_lead,
    leave_contact,
    record_click,
    save_offer,
)
from analytics.roi.services.orders import store_orders
from analytics.roi.services.rates import add_counts, set_rate
from analytics.roi.services.shops import change_secret, connect_shop, disconnect_shop
from analytics.roi.services.valuing import revalue

__all__ = [
    "KnownContact",
    "add_counts",
    "bring_contacts",
    "change_secret",
    "check_file",
    "close_objective",
    "connect_shop",
    "disconnect_shop",
    "erase_lead",
    "forget_old_contacts",
    "judge_lead",
    "leave_contact",
    "load_file",
    "post_costs",
    "receive_message",
    "record_click",
    "record_cost",
    "remove_cost",
    "revalue",
    "save_offer",
    "set_objective",
    "set_rate",
    "start_import",
    "store_orders",
    "take_delivery",
    "take_waiting",
]
