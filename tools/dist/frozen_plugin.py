"""The entry point of the frozen plugin: what PyInstaller packs as ``pulumi-resource-petaplan``."""

from petaplan.infra.provider.__main__ import main

main()
