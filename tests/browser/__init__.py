"""Tests in a real browser. As a package, they share one Chromium and one JupyterLab."""
