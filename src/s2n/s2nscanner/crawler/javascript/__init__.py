"""Scripts, read by a real parser and not run: what they ask for, and where they lead."""
