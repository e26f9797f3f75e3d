"""The welcome desk: who has arrived, what they said, and who greets them."""
