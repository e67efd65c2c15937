"""Declare a phased AI compute hub, prove that it meets its petaflop targets, keep plan and inventory in step.

The four folders of this package lie at the top of the checkout: ``capacity``, ``infra``, ``bench`` and ``reporting``.
Links in this folder lead to them, so that an installed petaplan claims one package name alone
(docs/adr/0023-one-package-four-folders.md).
"""

from petaplan.early import end_at_once

end_at_once()

from petaplan.old_names import OldImports  # noqa: E402 - a signal during this import is dealt with already

OldImports.install()
