"""How long personal data is kept: one list, for the command that cleans and for the privacy page."""

from typing import Final

from sqlalchemy.orm import Session

from common import ledger, unsaved
from common.clock import now
from common.files.storage import DAYS_KEPT
from common.ledger import SYSTEM
from registry.reports.erasing import erase_old_contact, reports_with_old_contacts
from registry.reports.sheets import uploads
from registry.signatures.erasing import drop_left, drop_withdrawn, forget_refused
from website import cleaning
from website.retention_guides import OF_GUIDES
from website.retention_rules import DAY, YEAR, Rule
from website.retention_together import OF_TOGETHER

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "account",
        {
            "nl": "Uw account: naam, zakelijk adres, rollen, hoe u inlogt",
            "en": "Your account: name, work address, roles, how you sign in",
        },
        {"nl": "Inloggen, en weten wat u mag zien en doen", "en": "Signing in, and knowing what you may see and do"},
        {
            "nl": "Tot u het laat verwijderen. Logde u twee jaar niet in? Dan verwijderen wij het. "
            "Veranderde uw rol in die tijd, dan tellen de twee jaar vanaf dat moment",
            "en": "Until you have it removed. Did you not sign in for two years? Then we remove it. "
            "If your role changed in that time, the two years count from that moment",
        },
        ("user", "user_role", "membership", "passkey", "external_identity", "mail_choice"),
        2 * YEAR,
        cleaning.accounts,
    ),
    Rule(
        "browser_session",
        {"nl": "In welke browsers u inlogde, en wanneer", "en": "In which browsers you signed in, and when"},
        {
            "nl": "U ziet of iemand anders bij uw account kan",
            "en": "You see whether somebody else can reach your account",
        },
        {"nl": "30 dagen na het einde van de sessie", "en": "30 days after the end of the session"},
        ("browser_session",),
        30 * DAY,
        cleaning.browsers,
    ),
    Rule(
        "security_event",
        {"nl": "Wat er gebeurde met de veiligheid van uw account", "en": "What happened to the safety of your account"},
        {
            "nl": "U en de beheerder zien het als iets niet klopt",
            "en": "You and the administrator see when something is wrong",
        },
        {"nl": "1 jaar", "en": "1 year"},
        ("security_event",),
        YEAR,
        cleaning.events,
    ),
    Rule(
        "sign_in_wait",
        {
            "nl": "Hoe vaak inloggen mislukte, als code zonder naam of adres",
            "en": "How often signing in failed, as a code without a name or address",
        },
        {"nl": "Raden van wachtwoorden tegenhouden", "en": "To stop the guessing of passwords"},
        {"nl": "1 dag", "en": "1 day"},
        ("sign_in_wait",),
        DAY,
        cleaning.waits,
    ),
    Rule(
        "invitation",
        {"nl": "Een uitnodiging: naam, adres en rol", "en": "An invitation: name, address and role"},
        {"nl": "Alleen wie gevraagd is, kan meedoen", "en": "Only who was asked can take part"},
        {
            "nl": "30 dagen nadat zij is aangenomen, ingetrokken of verlopen",
            "en": "30 days after it was accepted, withdrawn or expired",
        },
        ("invitation",),
        30 * DAY,
        cleaning.invitations,
    ),
    Rule(
        "mail",
        {"nl": "De tekst van e-mail aan u", "en": "The text of e-mail to you"},
        {"nl": "Nagaan of een bericht aankwam", "en": "To check whether a message arrived"},
        {
            "nl": "90 dagen. Daarna weten wij nog dat er een bericht was, en niet aan wie",
            "en": "90 days. After that we know that there was a message, and not to whom",
        },
        ("outbox_mail",),
        90 * DAY,
        cleaning.mail,
    ),
    Rule(
        "unsaved_input",
        {"nl": "Tekst die u typte toen uw sessie afliep", "en": "Text that you typed when your session ended"},
        {"nl": "U gaat verder waar u was", "en": "You go on where you were"},
        {"nl": "7 dagen", "en": "7 days"},
        ("unsaved_input",),
        unsaved.KEPT_FOR,
        cleaning.unsaved,
    ),
    Rule(
        "sheet_upload",
        {
            "nl": "Een ingevuld formulier dat u als rekenblad inlas en nog niet bewaarde",
            "en": "A filled-in form that you read in as a spreadsheet and did not save yet",
        },
        {"nl": "U bekijkt eerst wat er verandert", "en": "You look first at what changes"},
        {"nl": "7 dagen, of tot u het bewaart of weggooit", "en": "7 days, or until you save it or throw it away"},
        ("sheet_upload",),
        uploads.KEPT_FOR,
        uploads.forget_old,
    ),
    Rule(
        "signature",
        {
            "nl": "Wie tekende, invoerde en bevestigde, met het mandaat of het papier: naam en functie van wie tekende "
            "zijn openbaar, de rest niet",
            "en": "Who signed, entered and confirmed, with the mandate or the paper: name and function of who signed "
            "are public, the rest is not",
        },
        {"nl": "Weten wie de organisatie bond, en dat twee mensen keken", "en": "To know who bound the organisation"},
        {"nl": "Altijd: het register is openbaar archief", "en": "For ever: the register is a public record"},
        ("signature_version", "signature_correction"),
    ),
    Rule(
        "signing_withdrawn",
        {
            "nl": "Een ondertekening die klaarstond en is ingetrokken, met het mandaat",
            "en": "A signing that was prepared and withdrawn, with the mandate",
        },
        {"nl": "Terugvinden wat er klaarstond", "en": "To find again what was prepared"},
        {"nl": "90 dagen na het intrekken", "en": "90 days after it was withdrawn"},
        ("signing",),
        90 * DAY,
        drop_withdrawn,
    ),
    Rule(
        "signing_left",
        {
            "nl": "Een ondertekening die is begonnen en nooit getekend, met het mandaat",
            "en": "A signing that was begun and never signed, with the mandate",
        },
        {"nl": "Later verder kunnen", "en": "To go on with it later"},
        {"nl": "1 jaar nadat zij is begonnen of klaargezet", "en": "1 year after it was begun or prepared"},
        ("signing",),
        YEAR,
        drop_left,
    ),
    Rule(
        "signature_refused",
        {
            "nl": "Naam, mandaat en papier van een handtekening die de redactie niet bevestigde",
            "en": "Name, mandate and paper of a signature that our staff did not confirm",
        },
        {"nl": "Uitleggen waarom zij niet is bevestigd", "en": "To explain why it was not confirmed"},
        {"nl": "1 jaar nadat zij is geweigerd", "en": "1 year after it was refused"},
        ("signature_version",),
        YEAR,
        forget_refused,
    ),
    Rule(
        "contact_person",
        {"nl": "De contactpersoon van een rapportage", "en": "The contact person of a report"},
        {"nl": "De redactie kan vragen stellen", "en": "The editors can ask questions"},
        {
            "nl": "2 jaar. Dat is onze keuze: dan is ook de volgende rapportage bekeken. Wat in de eerste versie van "
            "deze site is ingediend, blijft altijd: daar telt de contactpersoon mee in het kenmerk",
            "en": "2 years. That is our choice: by then the next report has been reviewed too. What was submitted in "
            "the first version of this site stays for ever: there the contact person is part of the fingerprint",
        },
        ("submission", "answer"),
        2 * YEAR,
        find=reports_with_old_contacts,
        clean_one=erase_old_contact,
    ),
    *OF_TOGETHER,
    *OF_GUIDES,
    Rule(
        "file",
        {"nl": "Een bestand dat is weggehaald", "en": "A file that was removed"},
        {"nl": "Een vergissing herstellen", "en": "To undo a mistake"},
        {"nl": "30 dagen", "en": "30 days"},
        ("attachment", "note_template"),
        DAYS_KEPT * DAY,
        cleaning.files,
    ),
    Rule(
        "reminder",
        {
            "nl": "Welke herinneringen u kreeg, en wat een redacteur eraan toevoegde",
            "en": "Which reminders you got, and what staff added to them",
        },
        {"nl": "Niemand krijgt er een twee keer", "en": "Nobody gets one twice"},
        {"nl": "2 jaar", "en": "2 years"},
        ("reminder_sent", "reminder_skip", "reminder_round"),
        2 * YEAR,
        cleaning.reminders,
    ),
    Rule(
        "work",
        {"nl": "Wie een antwoord, besluit of gids schreef", "en": "Who wrote an answer, a decision or a guide"},
        {"nl": "Later kunnen nagaan wat er gebeurde", "en": "To be able to see later what happened"},
        {
            "nl": 'Zolang de rapportage of gids bestaat. Zonder account staat er "oud-medewerker"',
            "en": 'As long as the report or guide exists. Without an account it says "former staff member"',
        },
        (
            "report",
            "answer",
            "approval",
            "submission",
            "decision",
            "remark",
            "evidence_mark",
            "guide_revision",
            "guide",
            "merger_choice",
        ),
    ),
    Rule(
        "agreement_draft",
        {
            "nl": "Wie een concept van een afspraak, actieplan of vragenlijst begon, en wie het als laatste bewaarde",
            "en": "Who began a draft of an agreement, action plan or form, and who saved it last",
        },
        {"nl": "Weten wie eraan werkt", "en": "To know who works on it"},
        {"nl": "Tot het concept is gepubliceerd of weggegooid", "en": "Until the draft is published or thrown away"},
        ("agreement_draft", "plan_draft", "edition_draft"),
    ),
    Rule(
        "ledger",
        {
            "nl": "Het logboek van elke wijziging, zonder leesbare persoonsgegevens",
            "en": "The log of every change, without readable personal data",
        },
        {"nl": "Niemand kan ongemerkt iets veranderen", "en": "Nobody can change anything unnoticed"},
        {
            "nl": "Altijd. De sleutel waarmee een code aan u te koppelen is, gaat weg met uw account",
            "en": "For ever. The key that connects a code to you goes with your account",
        },
        ("ledger_salt",),
    ),
)


def clean_by(session: Session, rule: Rule, only: int | None = None) -> int:
    """Clean what a rule keeps no longer; return how much went. Where something went, the ledger says how much.

    `only` is one of what `to_clean` found. Safe to run at any time and as often as one likes. The caller commits.
    """
    before = now() - rule.kept
    if rule.clean_one and only is not None:
        number = rule.clean_one(session, only, before)
    else:
        number = rule.clean(session, before) if rule.clean else 0
    if number:
        ledger.record(
            session, "account.cleaned", "account:retention", {"rule": rule.key, "number": number}, actor=SYSTEM
        )
    return number


def to_clean(session: Session, rule: Rule) -> list[int | None]:
    """Return what a rule cleans in a transaction of its own each; one None where it cleans all at once. Only reads."""
    if rule.find:
        return list(rule.find(session, now() - rule.kept))
    return [None] if rule.clean else []
