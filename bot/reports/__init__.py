"""What the `coach` command tells about a company, each as data (for JSON) and as a Card (for text and HTML)."""
