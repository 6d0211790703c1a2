"""What the window knows: Qt objects that say `changed` when, and only when, they did."""
