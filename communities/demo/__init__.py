"""Invented communities, their people and their texts, for trying the platform and for its checks."""
