"""Polls: a question with answers under the first text of a thread, one vote for each member."""
