"""Access to care: what is reached from each place where people live, then from each QPV."""
