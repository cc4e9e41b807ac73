"""The two exchanges of a device with central, as transaction scripts and over HTTP."""
