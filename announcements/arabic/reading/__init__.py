"""Reading Arabic text back: its words, and the numbers, hours and dates written in them. Pure functions, no Django."""
