"""Observable state that views draw and that says `changed`."""
