"""From the ink of a clean raster to chains of pixels: skeleton, graph, and what each line is made of."""
