"""Declare a phased AI compute hub, prove that it meets its petaflop targets, keep plan and inventory in step.

The four folders of this package lie at the top of the checkout: ``capacity``, ``infra``, ``bench`` and ``reporting``.
Links in this folder lead to them, so that an installed petaplan claims one package name alone
(docs/adr/0023-one-package-four-folders.md).
"""

from petaplan.old_names import OldImports

OldImports.install()
