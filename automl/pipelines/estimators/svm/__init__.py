"""Support vector machines with a Gaussian kernel; keep training rows."""
