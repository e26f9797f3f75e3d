"""The editorial calendar: what goes out, who writes it, where nothing is planned."""
