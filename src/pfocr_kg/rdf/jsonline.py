"""Values as JSON of one line, as a build puts them aside by the hundred thousand."""

from __future__ import annotations

import json
from typing import Final

# Made once: `json.dumps` makes an encoder a call, where it is not told the usual.
encode: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
