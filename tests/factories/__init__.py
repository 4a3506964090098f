"""Test data, one file per app. Every default is plain and valid: a test states only what it is about."""
