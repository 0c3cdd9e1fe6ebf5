"""Tests of fpad; the folders mirror the packages."""
