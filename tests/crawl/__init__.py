"""A maze of hidden endpoints for the crawler, and traps beside them."""
