"""What the routines' cards look like: functions from facts to cards, without any deciding."""
