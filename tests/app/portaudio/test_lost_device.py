"""After the loss of a device: ever fewer searches, and playback that goes on only soon."""

from app.portaudio.lost_device import BlockWatch, LostDevice


def test_searches_become_less_frequent() -> None:
    lost, now_s, pauses = LostDevice(), 0.0, []
    assert lost.wait_s(now_s) is None
    for _ in range(8):
        lost.note_lost(now_s, was_playing=False)
        pause_s = lost.wait_s(now_s)
        assert pause_s is not None
        assert not lost.is_search_due(now_s)
        pauses.append(pause_s)
        now_s += pause_s
        assert lost.is_search_due(now_s)
    assert pauses == [1, 2, 4, 8, 16, 30, 30, 30]
    lost.note_found(now_s)
    assert lost.wait_s(now_s) is None


def test_interrupted_playback_goes_on_only_within_a_minute() -> None:
    lost = LostDevice()
    lost.note_lost(0.0, was_playing=True)
    lost.note_lost(1.0, was_playing=False)  # a search that found nothing
    assert lost.note_found(59.0)
    assert not lost.note_found(59.0)
    lost.note_lost(100.0, was_playing=True)
    assert not lost.note_found(161.0)
    lost.note_lost(200.0, was_playing=True)
    lost.forget_playback()
    assert not lost.note_found(201.0)


def test_a_device_is_silent_after_many_steps_without_a_block() -> None:
    watch = BlockWatch()
    assert not any(watch.is_silent(blocks // 100) for blocks in range(1000))
    assert any(watch.is_silent(10) for _ in range(200))
