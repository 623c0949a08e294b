"""Credentials: their kinds, how they are issued, how long they last and how they end."""
