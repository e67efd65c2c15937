"""Many hosts: workers, launchers, and results joined."""
