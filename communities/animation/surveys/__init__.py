"""Short questions to a few members, and what their answers allow to say."""
