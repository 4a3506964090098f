"""Official Arabic from plain facts: pure functions, no Django, every rule table-driven and tested."""
