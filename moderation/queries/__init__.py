"""What the pages of moderation show, in few statements; one file for each page that asks."""
