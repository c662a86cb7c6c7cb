"""What does training change? Programmes as distributions of parameter changes, and their effect."""
