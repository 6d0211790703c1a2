"""The Debian packages that hold recordings, and how their paths are named in copyright files."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Package:
    """A package whose sounds may be used, each under its own terms.

    Attributes:
        name: Name in Debian.
        folder: Where its sounds lie when installed; paths of recordings begin below it.
        installed: Regular expression for a recording's path.
        source: Replacement that turns the path into the one the copyright file has.
    """

    name: str
    folder: str
    installed: str = r"^"
    source: str = ""

    def source_path(self, path: str) -> str:
        """Return what the copyright file calls a recording, which names the source's tree."""
        return re.sub(self.installed, self.source, path, count=1)


PACKAGES = (
    Package("0ad-data", "usr/share/games/0ad/mods"),
    Package("asterisk-core-sounds-en-wav", "usr/share/asterisk/sounds"),
    Package("caveexpress-data", "usr/share/games/caveexpress"),
    Package("endless-sky-data", "usr/share/games/endless-sky"),
    Package("flare-game", "usr/share/games/flare"),
    Package("freeorion-data", "usr/share/games/freeorion"),
    Package(
        "hydrogen-drumkits",
        "usr/share/hydrogen/data/drumkits",
        r"^([^/]+?)( v4)?/.*",
        r"drumkits/\1.h2drumkit",
    ),
    Package("lugaru-data", "usr/share/games/lugaru", r"^", "Data/"),
    Package("megaglest-data", "usr/share/games/megaglest"),
    Package("minetest-data", "usr/share/games/minetest", r"^games/minetest_game/", "mtg/"),
    Package("minetest-mod-homedecor", "usr/share/games/minetest/mods/homedecor"),
    Package("minetest-mod-mesecons", "usr/share/games/minetest/mods/mesecons"),
    Package("minetest-mod-mobs-redo", "usr/share/games/minetest/mods/mobs_redo"),
    Package("openttd-opensfx", "usr/share/games/openttd/baseset/opensfx", r"^", "src/wav/"),
    Package("redeclipse-data", "usr/share/games/redeclipse"),
    Package("sonic-pi-samples", "usr/share/sonic-pi", r"^", "etc/"),
    Package("sound-theme-freedesktop", "usr/share/sounds/freedesktop"),
    Package("supertuxkart-data", "usr/share/games/supertuxkart"),
    Package("ufoai-sound", "usr/share/games/ufoai/base", r"^", "base/"),
    Package("unknown-horizons", "usr/share/unknown-horizons"),
    Package("yaru-theme-sound", "usr/share/sounds/Yaru", r"^stereo/", "sounds/"),
)
