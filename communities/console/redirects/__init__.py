"""Former addresses: those that follow by themselves, and those of the team."""
