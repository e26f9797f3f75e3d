"""Kinds of content that exist in tests only. They stand outside the product as the next real kind will stand in it."""
