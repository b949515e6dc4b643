"""Short names of countries, so that a code is readable in a list."""

from __future__ import annotations

from types import MappingProxyType

_NAMES = """
ARE United Arab Emirates|ARG Argentina|AUS Australia|AUT Austria|AZE Azerbaijan|BDI Burundi
BEL Belgium|BGR Bulgaria|BHR Bahrain|BIH Bosnia and Herzegovina|BOL Bolivia|BRA Brazil|CAN Canada
CHE Switzerland|CHL Chile|CHN China|CIV Cote d'Ivoire|COD DR Congo|COL Colombia|CUB Cuba|CYP Cyprus
CZE Czechia|DEU Germany|DNK Denmark|DZA Algeria|EGY Egypt|ESP Spain|EST Estonia|ETH Ethiopia
EUU European Union|FIN Finland|FRA France|GAB Gabon|GBR United Kingdom|GEO Georgia|GHA Ghana
GIN Guinea|GRC Greece|HRV Croatia|HUN Hungary|IDN Indonesia|IND India|IRL Ireland|IRN Iran
ISL Iceland|ISR Israel|ITA Italy|JAM Jamaica|JOR Jordan|JPN Japan|KAZ Kazakhstan|KEN Kenya
KGZ Kyrgyzstan|KOR South Korea|LKA Sri Lanka|LTU Lithuania|LUX Luxembourg|LVA Latvia|MAR Morocco
MDG Madagascar|MEX Mexico|MLI Mali|MLT Malta|MMR Myanmar|MNG Mongolia|MOZ Mozambique|MYS Malaysia
NAM Namibia|NCL New Caledonia|NGA Nigeria|NLD Netherlands|NOR Norway|NZL New Zealand|OMN Oman
PAK Pakistan|PER Peru|PHL Philippines|PNG Papua New Guinea|POL Poland|PRK North Korea|PRT Portugal
QAT Qatar|ROU Romania|ROW rest of the world|RUS Russia|RWA Rwanda|SAU Saudi Arabia|SEN Senegal
SGP Singapore|SLE Sierra Leone|SRB Serbia|SVK Slovakia|SVN Slovenia|SWE Sweden|THA Thailand
TJK Tajikistan|TKM Turkmenistan|TUN Tunisia|TUR Turkiye|TWN Taiwan|TZA Tanzania|UGA Uganda
UKR Ukraine|USA United States|UZB Uzbekistan|VEN Venezuela|VNM Viet Nam|WLD world|ZAF South Africa
ZMB Zambia|ZWE Zimbabwe
"""
NAMES = MappingProxyType(
    {part[:3]: part[4:].strip() for line in _NAMES.strip().splitlines() for part in line.split("|")}
)
"""Name by ISO 3166 alpha-3 code; a code without a name is shown as it is."""


def country_label(code: str) -> str:
    """Code and name: ``CHN China``."""
    return f"{code} {NAMES[code]}" if code in NAMES else code
