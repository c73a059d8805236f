"""What proves a flaw: oracles own controls, stability and re-verification; plugins own the payloads."""
