"""Slack: the door, what comes in, what goes out, and how a card looks there."""
