"""Do one fold: plain functions that any compute adapter can run."""
