"""E-mail: for members without a chat, and the owner's digest."""
