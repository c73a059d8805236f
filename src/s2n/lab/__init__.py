"""A deliberately vulnerable site with a safe twin beside each flaw. Loopback only."""
