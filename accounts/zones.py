"""Where somebody who is new here may live, from what their browser says."""

from types import MappingProxyType

from django.utils.translation.trans_real import parse_accept_lang_header

from accounts.models import site_time_zone

# Countries that have one time zone, or one for nearly everybody, and languages of one such.
ZONES = MappingProxyType(
    {
        **dict.fromkeys(("de", "de-de"), "Europe/Berlin"),
        **dict.fromkeys(("cs", "cs-cz"), "Europe/Prague"),
        **dict.fromkeys(("da", "da-dk"), "Europe/Copenhagen"),
        **dict.fromkeys(("el", "el-gr"), "Europe/Athens"),
        **dict.fromkeys(("fi", "fi-fi"), "Europe/Helsinki"),
        **dict.fromkeys(("he", "he-il"), "Asia/Jerusalem"),
        **dict.fromkeys(("hu", "hu-hu"), "Europe/Budapest"),
        **dict.fromkeys(("it", "it-it"), "Europe/Rome"),
        **dict.fromkeys(("ja", "ja-jp"), "Asia/Tokyo"),
        **dict.fromkeys(("ko", "ko-kr"), "Asia/Seoul"),
        **dict.fromkeys(("nl", "nl-nl"), "Europe/Amsterdam"),
        **dict.fromkeys(("pl", "pl-pl"), "Europe/Warsaw"),
        **dict.fromkeys(("sv", "sv-se"), "Europe/Stockholm"),
        **dict.fromkeys(("tr", "tr-tr"), "Europe/Istanbul"),
        **dict.fromkeys(("vi", "vi-vn"), "Asia/Ho_Chi_Minh"),
        **dict.fromkeys(("zh-cn", "zh-hans"), "Asia/Shanghai"),
        **dict.fromkeys(("nb", "nn", "nb-no", "no"), "Europe/Oslo"),
        "ar-ae": "Asia/Dubai",
        "ar-dz": "Africa/Algiers",
        "ar-eg": "Africa/Cairo",
        "ar-iq": "Asia/Baghdad",
        "ar-jo": "Asia/Amman",
        "ar-lb": "Asia/Beirut",
        "ar-ma": "Africa/Casablanca",
        "ar-sa": "Asia/Riyadh",
        "ar-sy": "Asia/Damascus",
        "ar-tn": "Africa/Tunis",
        "de-at": "Europe/Vienna",
        "de-ch": "Europe/Zurich",
        "en-gb": "Europe/London",
        "en-ie": "Europe/Dublin",
        "en-in": "Asia/Kolkata",
        "en-nz": "Pacific/Auckland",
        "en-za": "Africa/Johannesburg",
        "fr-be": "Europe/Brussels",
        "fr-ch": "Europe/Zurich",
        "fr-fr": "Europe/Paris",
        "hi-in": "Asia/Kolkata",
        "nl-be": "Europe/Brussels",
        "pt-pt": "Europe/Lisbon",
        "zh-tw": "Asia/Taipei",
    }
)


def guess(accepted: str) -> str:
    """A time zone for an Accept-Language header, the site's where that says no place."""
    for code, _quality in parse_accept_lang_header(accepted):
        if zone := ZONES.get(code.lower()):
            return zone
    return site_time_zone()
