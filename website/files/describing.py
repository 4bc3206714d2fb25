"""What is said of a picture for who cannot see it: asked wherever one comes in for a text."""

from flask_babel import gettext as _

from kb.guides.files import LONGEST_ALT
from website.files.uploading import Upload


def check_description(upload: Upload) -> None:
    """A picture has words for who cannot see it, or says that it is decoration."""
    alt, decorative = upload.texts["alt"], bool(upload.texts["decoratief"])
    if len(alt) > LONGEST_ALT:
        upload.errors["alt"] = _("Dit is te lang. Gebruik hoogstens 300 tekens.")
    elif not (upload.accepted and upload.accepted.is_picture):
        return
    elif decorative and alt:
        upload.errors["alt"] = _("Een versiering heeft geen beschrijving. Kies een van de twee.")
    elif not decorative and not alt:
        upload.errors["alt"] = _("Beschrijf wat er op de afbeelding staat, of kies dat zij alleen versiering is.")
