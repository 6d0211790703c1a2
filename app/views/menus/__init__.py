"""The menus and their actions, by what they act on."""
