"""Slack: questions, answers and everything around them, where agents already are."""
