"""Who sees results. The rule is the money side’s own: one rule, one place."""

from analytics.roi.permissions import can_edit_results, can_read_results

__all__ = ["can_edit_results", "can_read_results"]
