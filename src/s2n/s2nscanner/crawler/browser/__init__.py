"""Pages as a browser shows them: rendered, clicked through, and what they ask the server for."""
