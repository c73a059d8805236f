"""Pages, scripts and API descriptions → requests with input points."""

from s2n.s2nscanner.crawler.crawl import Crawler

__all__ = ["Crawler"]
