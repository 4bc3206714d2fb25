"""Sentences in invented reports."""

from registry.reports.models import RemarkKind

FIRST = (
    "Bij {share}% van onze aanbestedingen vroegen wij iets extra's voor mens, milieu of klimaat.",
    "Van onze {tenders} aanbestedingen hadden er {used} een criterium voor mens, milieu of klimaat.",
    "Verantwoord inkopen is bij ons gewoner geworden: {used} van de {tenders} aanbestedingen deden mee.",
)
WELL = (
    "Het ging goed bij het onderhoud van groen en wegen.",
    "Onze nieuwe schoonmaakopdracht leverde leerplekken op.",
    "Wij kochten voor het eerst vooral tweedehands kantoormeubels.",
    "De samenwerking met buurgemeenten werkt goed.",
)
HARD = (
    "Lastig was dat wij bij lopende contracten weinig cijfers hebben.",
    "Het lukte nog niet om bij elke kleine opdracht op tijd mee te denken.",
    "Bij ICT vonden wij weinig aanbieders die hun keten kennen.",
    "Door drukte kwamen twee acties later op gang.",
)
NEXT = (
    "Komend jaar controleren wij vaker of afspraken worden nagekomen.",
    "Komend jaar krijgen alle inkopers een training.",
    "Komend jaar vragen wij bij elk groot werk naar de uitstoot.",
    "Komend jaar nemen wij verantwoord inkopen op in elke inkoopstrategie.",
)
BEHIND = "Een collega vertrok en de plek bleef lang leeg. Vanaf dit jaar is er weer iemand vrijgemaakt."
UNKNOWN_SPEND = "De financiële administratie stapte over op een nieuw systeem. Het totaal is nog niet compleet."
COUNTED_BETTER = "Dit jaar hielden wij beter bij welke aanbestedingen meetellen."
PLAN_FOLLOWS = "Het plan ligt klaar en gaat binnenkort naar het bestuur."
EXAMPLES = (
    ("Straatstenen die al een leven hadden", "grond-, weg- en waterbouw", "circulair",
     "Voor een woonstraat vroegen wij om bestaande stenen opnieuw te gebruiken. De aannemer sorteerde ze ter plekke.",
     "Bijna alle stenen liggen er weer in."),
    ("Schoonmaak met leerplekken", "schoonmaak", "social-return",
     "In de opdracht voor schoonmaak staat dat elke ploeg een leerplek heeft, met begeleiding.",
     "Zes mensen vonden daarna vast werk."),
    ("Maaien op het juiste moment", "groenonderhoud", "milieu",
     "Wij betalen niet meer per maaibeurt, maar voor bloeiende bermen.",
     "Het aantal soorten planten nam toe."),
)  # fmt: skip
RETURNED = (
    (
        "De cijfers bij deel D passen niet bij die van vorig jaar. Wilt u ze nalopen?",
        {
            "D1": (RemarkKind.INCORRECT, "Dit is een ander aantal dan vorig jaar. Klopt dit?"),
            "C5": (
                RemarkKind.INCOMPLETE,
                "Uit welke administratie komt dit? Zitten ook de kleine aanbestedingen erin?",
            ),
        },
    ),
    (
        "De samenvatting is voor inwoners nog moeilijk te volgen. Wij vragen u om die te herschrijven.",
        {"H1": (RemarkKind.UNCLEAR, "Kunt u dit in gewone woorden schrijven? Noem ook wat niet lukte.")},
    ),
)
REPLIED = ("D1", "C5")
REPLY = "Wij liepen dit na met de inkopers. Het klopt: dit jaar telden wij ook de kleine aanbestedingen mee."
EXECUTIVES = {
    "gemeente": "wethouder duurzaamheid",
    "waterschap": "heemraad duurzaamheid",
    "overig": "directeur",
}
ADOPTING_BODY = {"gemeente": "college", "waterschap": "dagelijks-bestuur", "overig": "directie"}
