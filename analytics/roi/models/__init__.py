"""Rows of the money side: ledger, rates and costs; objectives; offers and contacts; orders and how they came in; what
answers saved.

Money is kept in integer minor units (cents); rates are Decimal, because a thousandth of a cent matters in them.
"""

from analytics.roi.models.aims import Objective
from analytics.roi.models.kinds import Confidence, Evidence, Measure, Side
from analytics.roi.models.ledger import Cost, Count, LedgerEntry, Rate
from analytics.roi.models.offers import Click, Lead, Offer
from analytics.roi.models.orders import Credit, Delivery, ImportRun, Order, OrderFacts, OrderSource
from analytics.roi.models.savings import Saving

__all__ = [
    "Click",
    "Confidence",
    "Cost",
    "Count",
    "Credit",
    "Delivery",
    "Evidence",
    "ImportRun",
    "Lead",
    "LedgerEntry",
    "Measure",
    "Objective",
    "Offer",
    "Order",
    "OrderFacts",
    "OrderSource",
    "Rate",
    "Saving",
    "Side",
]
