"""Pages of offers with codes: members’ and the team’s."""
