"""What is known of one network's weights: where their file comes from, under which license, what loads it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class HubFile:
    """One file of a repository on the Hugging Face hub."""

    repository: str
    file: str


@dataclass(frozen=True)
class HubFolder:
    """A folder of a repository on the Hugging Face hub; ``index`` is the file that says what is in it."""

    repository: str
    index: str
    patterns: tuple[str, ...]


@dataclass(frozen=True)
class WebFile:
    """A file at an address; ``digest`` is ``sha256:`` or ``md5:`` and the first hexadecimal digits."""

    url: str
    digest: str


@dataclass(frozen=True)
class Packaged:
    """A file that comes with an installed package."""

    package: str
    file: str


@dataclass(frozen=True)
class RegistryFile:
    """A file inside an archive of a package registry (PyPI, or a mirror of it), which is never installed.

    Attributes:
        package: its name in the registry.
        version: the one whose file was checked.
        archive: name of the wheel or the source archive.
        file: path of the file in the archive.
        sha256: of the file, in full.
        more: further files of the network in that archive, each with its sha256; they come to lie beside it.
    """

    package: str
    version: str
    archive: str
    file: str
    sha256: str
    more: tuple[tuple[str, str], ...] = ()


Source = HubFile | HubFolder | WebFile | Packaged | RegistryFile


@dataclass(frozen=True)
class Weights:
    """One frozen network.

    Attributes:
        name: what configurations and the command line call it.
        file: its name in the folder ``INKWRIGHT_WEIGHTS``; a folder for networks of several files.
        source: where it comes from.
        megabytes: about how large it is.
        license: under which its authors give it.
        call: what loads it.
        purpose: what it is for.
        architecture: its name in that library.
        tag: of its training, in that library.
        registry: where it is found when its source can't be reached.
        authors: whom to credit.
    """

    name: str
    file: str
    source: Source
    megabytes: int
    license: str
    call: str
    purpose: str
    architecture: str = ""
    tag: str = ""
    registry: RegistryFile | None = None
    authors: str = ""

    @property
    def origin(self) -> str:
        """Where it comes from, in words."""
        sources = (self.source, *((self.registry,) if self.registry else ()))
        return ", or ".join(map(_in_words, sources))


def _in_words(source: Source) -> str:
    if isinstance(source, HubFile):
        return f"https://huggingface.co/{source.repository}, {source.file}"
    if isinstance(source, HubFolder):
        return f"https://huggingface.co/{source.repository}"
    if isinstance(source, WebFile):
        return f"{source.url}, {source.digest}"
    if isinstance(source, RegistryFile):
        return f"{source.file} in the registry's package {source.package}=={source.version}"
    return f"the package {source.package}"
