"""The built-in detections: one file, one fault."""
