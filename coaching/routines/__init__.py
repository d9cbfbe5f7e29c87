"""The coaching behaviours, one file each; they don't import each other."""
