"""What does each muscle do? Curves, musculotendon state, load sharing, activation, fatigue."""
