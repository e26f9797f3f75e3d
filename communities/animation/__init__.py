"""Keeping the place alive: what matters today, and the welcome of newcomers."""
