"""Who can ask: the kinds of identity that AWS tells apart, and the people, roles and groups of a world."""
