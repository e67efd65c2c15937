"""How fast petaplan is: measured in pairs on one machine, printed as a table, never asserted in a test."""
