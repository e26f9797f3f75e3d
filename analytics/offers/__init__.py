"""Offers with codes for members: who may have one, who has, what came of it."""
