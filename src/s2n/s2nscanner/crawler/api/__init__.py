"""Descriptions of APIs and recordings of traffic → requests with values that pass validation."""
