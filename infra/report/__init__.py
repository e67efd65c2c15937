"""The reports of infra's commands: kinds, views and outputs, as those of capacity."""
