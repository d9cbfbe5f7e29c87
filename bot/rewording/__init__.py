"""Other words for what the coach says, by a language model, where a deployment has one. Off without a setting."""
