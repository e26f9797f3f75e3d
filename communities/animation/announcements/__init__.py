"""What the team says above every page for a while: to whom, from when until when, and what came of it."""
