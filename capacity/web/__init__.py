"""The web report: one plan as pages for a browser, and the JSON report behind them."""
