"""The Flatpak manifest: the built folder of the tar.gz, on the freedesktop runtime.

The runtime has no PortAudio, so the manifest builds it. Sound goes through the runtime's ALSA to
the desktop's sound server.
"""

from pathlib import Path
from typing import Any

import yaml
from release.layout import APP_ID, NAME

from stores.release_file import ReleaseFile

FILE_NAME = f"{APP_ID}.yml"
RUNTIME_VERSION = "25.08"
PORTAUDIO_ADDRESS = "https://files.portaudio.com/archives/pa_stable_v190700_20210406.tgz"
PORTAUDIO_SHA256 = "47efbf42c77c19a05d22e627d42873e991ec0c1357219c0d74ce6a2948cb2def"
PERMISSIONS = (
    *("--socket=wayland", "--socket=fallback-x11", "--share=ipc", "--device=dri"),
    "--socket=pulseaudio",
    "--share=network",  # models are downloaded, after their size and licence were agreed to
    *("--filesystem=xdg-music", "--filesystem=xdg-documents", "--filesystem=xdg-download"),
)


def write_flatpak(archive: ReleaseFile, folder: Path) -> Path:
    """Write the manifest; its path."""
    path = folder / FILE_NAME
    path.write_text(yaml.safe_dump(manifest(archive), sort_keys=False), encoding="utf-8")
    return path


def manifest(archive: ReleaseFile) -> dict[str, Any]:
    """What flatpak-builder reads."""
    return {
        "id": APP_ID,
        "runtime": "org.freedesktop.Platform",
        "runtime-version": RUNTIME_VERSION,
        "sdk": "org.freedesktop.Sdk",
        "command": NAME,
        "finish-args": list(PERMISSIONS),
        "modules": [_portaudio(), _program(archive)],
    }


def _portaudio() -> dict[str, Any]:
    return {
        "name": "portaudio",
        "buildsystem": "autotools",
        "config-opts": ["--disable-static", "--with-alsa", "--without-jack", "--without-oss"],
        "cleanup": ["/include", "/lib/pkgconfig", "*.la"],
        "sources": [_archive(PORTAUDIO_ADDRESS, PORTAUDIO_SHA256)],
    }


def _program(archive: ReleaseFile) -> dict[str, Any]:
    """Copy the folder; desktop files are named by the application's id, as Flatpak asks."""
    share = "/app/share"
    desktop = f"{share}/applications/{APP_ID}.desktop"
    metainfo = f"{share}/metainfo/{APP_ID}.metainfo.xml"
    return {
        "name": NAME,
        "buildsystem": "simple",
        "build-options": {"strip": False, "no-debuginfo": True},
        "build-commands": [
            f"mkdir -p /app/bin /app/lib/{NAME}",
            f"cp -a {NAME} _internal /app/lib/{NAME}/",
            f"ln -s /app/lib/{NAME}/{NAME} /app/bin/{NAME}",
            f"install -Dm644 share/tessera.desktop {desktop}",
            f"sed -i 's/^Icon=.*/Icon={APP_ID}/' {desktop}",
            f"install -Dm644 share/tessera.metainfo.xml {metainfo}",
            f"sed -i 's/>tessera.desktop</>{APP_ID}.desktop</' {metainfo}",
            f"install -Dm644 share/tessera.mime.xml {share}/mime/packages/{APP_ID}.xml",
            f"install -Dm644 share/tessera.svg {share}/icons/hicolor/scalable/apps/{APP_ID}.svg",
        ],
        "sources": [_archive(archive.address, archive.sha256)],
    }


def _archive(address: str, sha256: str) -> dict[str, str]:
    return {"type": "archive", "url": address, "sha256": sha256}
