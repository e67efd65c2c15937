"""View model and renderers: tables, sections, typed cells with units. Knows no hub, no device, no Pulumi."""
