"""What `coach doctor` looks at: the machine, the services it speaks to, and each company."""
