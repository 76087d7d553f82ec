"""What the log is told of an outage."""

from structlog.testing import capture_logs

from common.store.outage import Outage


def test_an_outage_is_told_when_it_begins_and_when_it_ends_however_often_it_is_seen() -> None:
    outage = Outage()

    with capture_logs() as logs:
        outage.end()
        outage.note("no answer")
        outage.note("no answer yet")
        lasted = outage.lasts
        outage.end()
        outage.end()

    assert [(line["event"], line.get("error")) for line in logs] == [("store_away", "no answer"), ("store_back", None)]
    assert (lasted, outage.lasts) == (True, False)
