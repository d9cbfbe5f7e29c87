"""SPEAKS. Everything with a socket in it."""
