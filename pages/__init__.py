"""The web form: inputs, one library call, what it answers."""
