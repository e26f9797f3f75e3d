"""Name and place of a community, the state it is in, and its journal: pages of the settings."""
