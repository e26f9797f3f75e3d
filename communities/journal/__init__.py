"""What the team changed about its place: who, what, before and after. Written with the change, never rewritten."""
