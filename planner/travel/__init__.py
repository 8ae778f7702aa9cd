"""How far children walk to school: along the streets where they are known."""
