"""The bill of materials in CycloneDX's format: every part by name, version, licence and address.

The same build gives the same file: its serial number follows from its parts.
"""

import sys
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import Distribution
from pathlib import Path

from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import DisjunctiveLicense
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL

from app.studio.licences import licence_name
from release.layout import NAME, SUMMARY, VERSION, release_time_s
from release.origins import Origins, SystemPackage


def write_bill_of_materials(origins: Origins, path: Path) -> None:
    """Write it as JSON, CycloneDX 1.6."""
    bom = make_bill_of_materials(origins)
    make_outputter(bom, OutputFormat.JSON, SchemaVersion.V1_6).output_to_file(
        str(path), allow_overwrite=True, indent=2
    )


def make_bill_of_materials(origins: Origins) -> Bom:
    """List everything in `origins`, Python, the font and the bundled model."""
    components = [
        *_own_components(),
        *map(_from_distribution, origins.distributions),
        *map(_from_system_package, origins.system_packages),
    ]
    names = "\n".join(str(component.bom_ref.value) for component in components)
    bom = Bom(
        components=components, serial_number=uuid.uuid5(uuid.NAMESPACE_URL, f"{VERSION}\n{names}")
    )
    bom.metadata.timestamp = datetime.fromtimestamp(release_time_s(), UTC)
    bom.metadata.component = _component(
        NAME, VERSION, "Apache-2.0", ComponentType.APPLICATION, description=SUMMARY
    )
    bom.register_dependency(bom.metadata.component, components)
    return bom


def _own_components() -> Iterator[Component]:
    """What no package manager knows of."""
    python = sys.version.split()[0]
    yield _component("python", python, "PSF-2.0", ComponentType.PLATFORM)
    yield _component("tessera-small", VERSION, "Apache-2.0", ComponentType.MACHINE_LEARNING_MODEL)
    yield _component("inter", "4.0-beta7", "OFL-1.1", ComponentType.FILE)


def _from_distribution(distribution: Distribution) -> Component:
    name, version = distribution.name, distribution.version
    address = PackageURL("pypi", name=name.lower().replace("_", "-"), version=version)
    return _component(name, version, licence_name(distribution), address=address)


def _from_system_package(package: SystemPackage) -> Component:
    address = PackageURL("deb", "debian", package.name, package.version)
    return _component(package.name, package.version, address=address)


def _component(
    name: str,
    version: str,
    licence: str | None = None,
    kind: ComponentType = ComponentType.LIBRARY,
    *,
    address: PackageURL | None = None,
    description: str | None = None,
) -> Component:
    """One part. A licence is kept in the package's own words: few state an SPDX expression."""
    return Component(
        name=name,
        version=version,
        type=kind,
        bom_ref=str(address) if address else f"{name}@{version}",
        purl=address,
        licenses=[DisjunctiveLicense(name=licence)] if licence else [],
        description=description,
    )
