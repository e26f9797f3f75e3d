"""Pages of announcements: the team’s, and what readers press."""
