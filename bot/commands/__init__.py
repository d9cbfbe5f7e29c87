"""What the `coach` command does, one file per command or family; each exports its click commands."""
