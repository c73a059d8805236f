"""What the Scanner is made of: discovery, isolation, verification, the ledger."""
