"""The scanner: what runs in the image."""
