"""Values of variables for real: keys, certificates, passwords, and the vars store file."""
