"""What a person copies to report an error."""

from app.studio.diagnostics import error_report
from core.api.errors import ModelLoadError
from core.api.request import GenerationRequest
from core.version import __version__


def raised(error):
    try:
        raise error
    except type(error) as caught:
        return caught


def test_a_report_holds_version_request_and_traceback():
    report = error_report(raised(ModelLoadError("folder", "is empty.")), GenerationRequest(seed=42))
    assert __version__ in report
    assert '"seed": 42' in report
    assert "folder: is empty." in report
    assert "in raised" in report


def test_a_report_without_a_request_says_so():
    assert "Request: none" in error_report(raised(ValueError("x")), None)
