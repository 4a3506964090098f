"""The checker's rules, by subject. Each is a generator of findings over one `parsed.ParsedText`."""
