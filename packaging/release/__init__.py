"""From the source tree to installers that a stranger can trust."""
