"""One module a plugin, named as the plugin, with its ``CASES``."""
