"""The app served on this machine, its clients, and territories that no file holds."""
