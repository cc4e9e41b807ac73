"""What an administrator keeps central with: backups, exports, and what need not be kept."""
