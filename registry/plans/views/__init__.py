"""Pages of plans: writing one, adopting and publishing it, the public plan, and all ambitions side by side."""

from registry.plans.views import ambitions, deciding, public, writing
from registry.plans.views.blueprint import blueprint

__all__ = ["ambitions", "blueprint", "deciding", "public", "writing"]
