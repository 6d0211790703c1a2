"""What stores of programs read to install a release: Flatpak, winget and Homebrew."""
