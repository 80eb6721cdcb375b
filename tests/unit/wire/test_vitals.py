"""Properties: vitals read back as they were written, to the decimals that BOSH shows."""

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.wire.reading import Fields, WireError
from paasta_deploy.wire.vitals import (
    CpuVitals,
    DiskVitals,
    MemoryVitals,
    Vitals,
    decode_vitals,
    encode_vitals,
)

if TYPE_CHECKING:
    from paasta_deploy.model.values import JsonObject

TENTHS = st.integers(0, 1000).map(lambda number: number / 10)
HUNDREDTHS = st.integers(0, 10_000).map(lambda number: number / 100)
MEMORY = st.builds(MemoryVitals, used_kib=st.integers(0, 2**40), percent=st.integers(0, 100))
VITALS = st.builds(
    Vitals,
    cpu=st.none()
    | st.builds(CpuVitals, sys_percent=TENTHS, user_percent=TENTHS, wait_percent=TENTHS),
    memory=st.none() | MEMORY,
    swap=st.none() | MEMORY,
    disks=st.dictionaries(
        st.sampled_from(["system", "ephemeral", "persistent"]),
        st.builds(DiskVitals, percent=st.integers(0, 100), inode_percent=st.integers(0, 100)),
    ),
    load=st.none() | st.tuples(HUNDREDTHS, HUNDREDTHS, HUNDREDTHS),
    uptime_s=st.none() | st.integers(0, 2**40),
)


@given(VITALS)
def test_vitals_are_read_as_they_were_written(vitals: Vitals) -> None:
    assert decode_vitals(Fields(encode_vitals(vitals), "vitals")) == vitals


def test_the_shape_is_that_of_a_recorded_heartbeat() -> None:
    recorded: JsonObject = {
        "cpu": {"sys": "18.3", "user": "80.9", "wait": "0.0"},
        "disk": {
            "ephemeral": {"inode_percent": "5", "percent": "16"},
            "system": {"inode_percent": "5", "percent": "16"},
        },
        "load": ["9.94", "6.50", "5.90"],
        "mem": {"kb": "5285384", "percent": "21"},
        "swap": {"kb": "0", "percent": "0"},
        "uptime": {"secs": 3102},
    }
    assert encode_vitals(decode_vitals(Fields(recorded, "vitals"))) == recorded


def test_nothing_measured_is_nothing_said() -> None:
    assert encode_vitals(Vitals()) == {"disk": {}}
    assert decode_vitals(Fields({}, "vitals")) == Vitals()


def test_two_load_averages_are_refused() -> None:
    with pytest.raises(WireError, match="3 numbers"):
        decode_vitals(Fields({"load": ["1", "2"]}, "vitals"))
