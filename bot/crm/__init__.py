"""Other people's servers that aren't a channel."""
