"""The names that rows carry."""

TRIALS, FEEDBACK = "trials", "feedback"
# The circle of readers that a space of the kind has.
TESTERS = "testers"
