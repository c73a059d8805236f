"""What proves a flaw. Oracles own controls, stability and re-verification; plugins own payloads and meaning."""
