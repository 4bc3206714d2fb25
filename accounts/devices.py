"""A browser and its system in plain words, for a person to know his own again."""

from flask import request

# The first that fits counts: nearly every browser also calls itself Chrome, Safari and Mozilla.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def device_name() -> str:
    """Return browser and system of the present request ("Firefox, Windows"), empty where it does not say.

    No version and nothing else of what the browser tells: that would single a person out.
    """
    agent = request.user_agent.string
    found = (next((name for mark, name in kinds if mark in agent), "") for kinds in (_BROWSERS, _SYSTEMS))
    return ", ".join(name for name in found if name)
