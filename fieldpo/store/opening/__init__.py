"""What stands before the vault is open: the key file, the passphrase, the device secret, failed attempts."""
