"""Which reactions there are, and what they are called."""
