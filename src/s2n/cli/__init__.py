"""The host: parses, picks a runtime, follows the events, writes files."""
