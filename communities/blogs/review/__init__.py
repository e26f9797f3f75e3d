"""Articles that an editor reads before they appear: sent, given back with notes, approved."""
