"""Where numbers and pictures of a run go: CSV, Weights & Biases, TensorBoard, Trackio."""
