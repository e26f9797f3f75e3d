"""What can be reported, held and judged: one file for each, everything else in moderation knows subjects only."""
