"""Many hosts: workers, launchers and the merge of their results."""
