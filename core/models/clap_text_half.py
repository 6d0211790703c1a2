"""The text half of a whole CLAP, read without the audio half that a prompt has no use for."""

from typing import Any, ClassVar

from transformers import ClapConfig, ClapTextModelWithProjection


class ClapTextHalf(ClapTextModelWithProjection):  # type: ignore[misc]  # it has no types
    """A ClapModel's text branch; its tensors have the same names as in the whole.

    A subclass, because it is there that transformers looks for what may stay unread: a fifth of
    the file, and a warning in the log otherwise.
    """

    _keys_to_ignore_on_load_unexpected: ClassVar = [r"^audio_(model|projection)\.", "^logit_scale_"]

    @staticmethod
    def config_from(clap_config: dict[str, Any]) -> Any:
        """The text half's settings, in a ClapModel's config: some stand outside text_config."""
        return ClapConfig.from_dict(clap_config).text_config
