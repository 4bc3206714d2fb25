"""Whom one address on the net stands for, wherever visitors are counted."""

import ipaddress


def network_of(address: str | None) -> str:
    """Return the network that counts as one visitor: of IPv6 the /64, which one household or office has whole."""
    try:
        found = ipaddress.ip_address((address or "").split("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        return str(found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False))
    return str(found)
