"""Photographs: albums that members fill, with the rights of each picture, and people who are named once they agree."""
