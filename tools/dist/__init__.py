"""What `make dist` builds: the wheel, and the plugin for hosts without Python."""
