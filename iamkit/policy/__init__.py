"""The policy language: documents become typed statements, faults become errors that point at the place."""
