"""Worlds from files, account dumps and live accounts, and back."""
