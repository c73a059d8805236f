"""Where a runner can be started."""
