"""Pages, scripts and API descriptions → requests with input points."""
