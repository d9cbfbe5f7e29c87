"""Pages: the local chat, answers, rows behind figures."""
