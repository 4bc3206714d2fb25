"""The kinds of pages that a reader of guides sees, for axe."""

from website.example.past import EXAMPLE, WITHDRAWN

GUIDES = (
    "/kennisbank/co2-prestatieladder?thema=klimaat",
    "/kennisbank/co2-performance-ladder",
    "/en/kennisbank/co2-performance-ladder",
    f"/kennisbank/{EXAMPLE}/geschiedenis",
    f"/kennisbank/{EXAMPLE}/verschil?van=1&tot=3",
    f"/kennisbank/{EXAMPLE}/verschil?van=1&tot=3&weergave=naast",
    f"/kennisbank/{EXAMPLE}?versie=1",
    f"/kennisbank/{WITHDRAWN}",
    f"/en/kennisbank/{WITHDRAWN}/geschiedenis",
)
