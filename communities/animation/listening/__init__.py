"""What is said of the brand elsewhere: feeds and signed messages of other tools; nothing is scraped."""
