"""The mathematics: pure functions from rows to figures, each with its formula and its n."""
