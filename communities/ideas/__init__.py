"""Ideas: boxes with a question and dated phases, ideas with votes and an answer of the team that everybody reads."""
