"""Names of devices in a form any catalogue can look up."""

import re

_VENDORS = r"\b(nvidia|amd|intel|advanced micro devices|corporation|arm|huawei|tesla|instinct|quadro|genuine)\b"
_FORM_FACTORS = ("sxm", "pcie", "nvl", "oam")


def aliases(model: str) -> tuple[str, ...]:
    """The model's name in short, most specific first.

    >>> aliases("NVIDIA H100 80GB HBM3")
    ('h100-80gb-hbm3', 'h100-sxm', 'h100')
    >>> aliases("AMD EPYC 9654 96-Core Processor")
    ('epyc-9654-96-core', 'epyc-9654', 'epyc')
    """
    text = re.sub(r"\((r|tm|c)\)", " ", model.lower())
    text = re.sub(r"@.*|\bcpu\b|\bprocessor\b|\bgpu\b", " ", text)
    words = re.findall(r"[a-z0-9.]+(?:-[a-z0-9.]+)*", re.sub(_VENDORS, " ", text))
    if not words:
        return ("unnamed",)
    # NVIDIA leaves the form factor out of the name of its HBM3 SXM parts.
    form = "sxm" if words[0] in ("h100", "h800") and "hbm3" in words else None
    form = form or next((f for f in _FORM_FACTORS for word in words[1:] if word.startswith(f)), None)
    found = ["-".join(words), f"{words[0]}-{form}" if form else None]
    found.append("-".join(words[:2]) if len(words) > 2 and not form and _is_number(words[1]) else None)
    found.append(words[0])
    return tuple(dict.fromkeys(name for name in found if name))


def _is_number(word: str) -> bool:
    return any(character.isdigit() for character in word) and not re.fullmatch(r"\d+gb|hbm\d\w?", word)
