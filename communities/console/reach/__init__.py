"""How a community is reached: its domains, and the mails it sends."""
