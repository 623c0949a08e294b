"""The ways into AWS, message by message. Each function plays one flow in a world and gives it back as a `Flow`."""
