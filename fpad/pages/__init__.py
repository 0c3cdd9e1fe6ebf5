"""What a person looks at: pages about a report, and maps of the kinks near a point."""

from __future__ import annotations

from fpad.pages.kink_map import KinkMap, Spot, kink_map

__all__ = ["KinkMap", "Spot", "kink_map"]
