"""The only door to the network: wire, scope, pace, budget, session."""
