"""What is read from files: a company's plan (YAML), its opportunities (CSV), and how the columns are named."""
