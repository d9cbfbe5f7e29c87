"""The sample company: invented people, invented deals, and a quarter under way."""
