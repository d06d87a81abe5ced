"""The product: asks the index, decides, logs, and shows the outcome in Slack, over HTTP and in the terminal."""
