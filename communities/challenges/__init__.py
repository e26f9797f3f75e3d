"""Challenges: what is asked, who entered with what, and how it is decided who has won."""
