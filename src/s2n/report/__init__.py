"""Pure functions from a report to bytes."""
