from app.views.texts.take_texts import TakeTexts
from core.api.lora import Lora
from core.api.request import GenerationRequest


def test_settings_name_the_loras_and_their_weights(qapp):
    request = GenerationRequest(seed=7, loras=(Lora("/a/organ.safetensors", 0.5), Lora("/b/bells")))
    shown = "25 steps · guidance 3.5 · seed 7 · organ × 0.5 · bells × 1"
    assert TakeTexts().settings(request) == shown
