"""How English says "in the picture" and "to be seen", as parts of patterns over words without punctuation."""

from __future__ import annotations

VIEW = (
    r"(?:the|this|that|these|your|a)"
    r"(?: (?:given|provided|above|attached|entire|whole|following|uploaded|current|same))*"
    r" (?:image|images|picture|photo|photograph|scene|view|frame|shot|pic|snapshot|figure)"
)
IN_VIEW = rf"(?:(?:in|on|within|inside|from|of) {VIEW}|(?:in|within) (?:sight|view|here|it))"
SEEN = (
    r"(?:to be )?(?:visible|present|shown|seen|pictured|depicted|displayed|found|featured|included|captured|there|here|"
    r"anywhere|somewhere|at all|or not|yes or no|please)"
)
