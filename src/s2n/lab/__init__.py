"""A deliberately vulnerable site with a safe twin beside each flaw. Loopback only.

::

    with serve() as lab:
        scan(lab.url)
"""

from s2n.lab.running import Lab, serve

__all__ = ["Lab", "serve"]
