"""One suite for each axis: what a plug-in must keep to, checked here and by `lengthwise check`."""
