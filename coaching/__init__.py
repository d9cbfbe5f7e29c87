"""DECIDES. Plain Python over plain values: no I/O, no clock, no environment."""
