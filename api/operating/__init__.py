"""How a running server is watched: its log, its health, its figures, its traces, and its rounds along the chain."""
