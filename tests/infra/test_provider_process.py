"""The provider as a process of its own, spoken to as the engine does."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import plugin_pb2, provider_pb2

from petaplan.infra.inventory.sqlite import SqliteInventory
from petaplan.infra.provider import wire
from petaplan.infra.provider.wire import UNKNOWN, Secret
from tests.infra.conftest import POD, PROVIDER, StartedProvider, StartProvider, urn
from tests.patience import PATIENCE_SECONDS, eventually

ID = "petaplan/dev/pod/pod-1"


def refusal(call: Callable[[], Any]) -> Any:
    with pytest.raises(grpc.RpcError) as caught:
        call()
    return caught.value


def test_the_port_is_the_first_line_and_tracing_arguments_are_not_the_engine(start_provider: StartProvider) -> None:
    provider = start_provider("--tracing", "http://localhost:9411", "127.0.0.1:1", "--logtostderr", "-v", "9")
    answer = provider.stub.Handshake(provider_pb2.ProviderHandshakeRequest(engine_address="127.0.0.1:1"))
    assert answer.accept_secrets and not answer.accept_outputs


def test_an_engine_can_attach_to_a_provider_that_it_did_not_start(start_provider: StartProvider) -> None:
    provider = start_provider()
    provider.stub.Attach(plugin_pb2.PluginAttach(address="127.0.0.1:1"))
    assert provider.stub.GetPluginInfo(Empty()).version == "0.2.0"


def test_configuration_has_only_keys_that_somebody_reads(provider: StartedProvider) -> None:
    request = provider_pb2.CheckRequest(news=wire.write({"inventry": "x.db", "enforce": "warn", "version": "0.1.0"}))
    failures = provider.stub.CheckConfig(request).failures
    assert [failure.property for failure in failures] == ["inventry"]
    assert "did you mean 'inventory'?" in failures[0].reason


def test_an_empty_path_is_no_inventory(provider: StartedProvider) -> None:
    answer = provider.stub.CheckConfig(provider_pb2.CheckRequest(news=wire.write({"inventory": " "})))
    assert [failure.property for failure in answer.failures] == ["inventory"]


def test_every_bad_property_is_told_at_once_by_its_path(provider: StartedProvider) -> None:
    bad = {
        **POD,
        "hal": "hall-a",
        "feeds": ["feed-a", "Feed B"],
        "racks": [
            {"name": "a", "model": "m-1", "itPowerKW": 3},
            {"name": "a b", "model": "m-1", "count": 1.5},
            {"model": "m-1", "itPowerKw": 13_200},
            {"name": "c", "model": "m-1", "nodes": [{"model": "n-1", "count": 0}]},
        ],
    }
    del bad["hall"]
    told = provider.check("Pod", "pod-1", bad)
    assert set(told) == {
        "hal",
        "hall",
        "feeds[1]",
        "racks[0].itPowerKW",
        "racks[1].name",
        "racks[1].count",
        "racks[2].name",
        "racks[2].itPowerKw",
        "racks[3].nodes[0].count",
    }
    assert "did you mean 'hall'?" in told["hal"]
    assert "did you mean 'itPowerKw'?" in told["racks[0].itPowerKW"]
    assert told["racks[2].itPowerKw"] == "found 13200; expected at most 1000; was 13.2 meant (W for kW)?"
    assert told["racks[3].nodes[0].count"] == "found 0; expected at least 1"


@pytest.mark.parametrize("name", ["a/b", "Pod 1", "pod-🚀", "p" * 300])
def test_a_resource_name_that_is_no_name_of_a_plan_is_refused(name: str, provider: StartedProvider) -> None:
    assert set(provider.check("Pod", name, POD)) == {"name"}


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1.0, 1e300])
def test_a_number_that_is_none_is_refused(value: float, provider: StartedProvider) -> None:
    racks = [{"name": "a", "model": "m-1", "itPowerKw": value}]
    assert set(provider.check("Pod", "pod-1", {**POD, "racks": racks})) == {"racks[0].itPowerKw"}


def test_a_million_racks_in_a_pod_are_refused_before_any_is_made(provider: StartedProvider) -> None:
    racks = [{"name": f"r{at}", "model": "m-1", "count": 10_000} for at in range(100)]
    told = provider.check("Pod", "pod-1", {**POD, "racks": racks})
    assert "1,000,000 cabinets" in told["racks"]


def test_rules_that_one_object_can_break_alone_are_checked(provider: StartedProvider) -> None:
    feed = {"phase": "phase-1", "fedBy": ["busway-a"], "ratedCurrentA": 63, "units": 2, "spareUnits": 2}
    assert "fewer spare units" in provider.check("Feed", "feed-a", {**feed, "voltageLlV": 415})[""]
    twice = [{"name": "a", "model": "m-1"}, {"name": "a", "model": "m-1"}]
    assert "each rack name once" in provider.check("Pod", "pod-1", {**POD, "racks": twice})["racks[1]"]


def test_unknown_values_are_taken_on_trust_at_any_depth(provider: StartedProvider) -> None:
    racks = [{"name": UNKNOWN, "model": "m-1", "count": UNKNOWN, "nodes": UNKNOWN}, UNKNOWN]
    assert provider.check("Pod", "pod-1", {**POD, "hall": UNKNOWN, "racks": racks}) == {}
    assert set(provider.check("Pod", "pod-1", {**POD, "hall": UNKNOWN, "feeds": ["A!"]})) == {"feeds[0]"}


def test_a_secret_is_checked_and_never_quoted(provider: StartedProvider) -> None:
    told = provider.check("Pod", "pod-1", {**POD, "hall": Secret("Top Secret Hall")})
    assert "Top Secret" not in told["hall"] and "a secret value" in told["hall"]


def test_a_secret_name_is_refused_for_it_becomes_the_id(provider: StartedProvider) -> None:
    told = provider.check("Site", "site-a", {"name": Secret("classified"), "country": "HK", "jurisdiction": "HK"})
    assert "a name that may be read" in told["name"] and "classified" not in told["name"]


def test_a_type_nobody_has_is_refused_with_the_nearest(provider: StartedProvider) -> None:
    error = refusal(lambda: provider.check("Podd", "pod-1", POD))
    assert error.code() is grpc.StatusCode.NOT_FOUND
    assert "did you mean 'petaplan:index:Pod'" in error.details()


def test_a_preview_creates_nothing_and_says_what_is_known(provider: StartedProvider) -> None:
    answer = provider.create("Pod", "pod-1", {**POD, "hall": UNKNOWN}, preview=True)
    said = wire.read(answer.properties)
    assert said.value["hall"] == UNKNOWN and said.value["standing"] == UNKNOWN and said.value["name"] == "pod-1"
    assert answer.id == ""
    assert not (provider.folder / ".petaplan").exists()


def test_what_is_created_stands_and_is_read_back(provider: StartedProvider) -> None:
    made = provider.create("Pod", "pod-1", POD)
    assert made.id == ID
    assert wire.read(made.properties).value == {
        **POD,
        "name": "pod-1",
        "standing": {"placedInUpdate": 1, "generation": 1},
    }
    seen = provider.read("Pod", "pod-1", ID, properties=wire.read(made.properties).value, inputs=POD)
    assert (seen.id, wire.read(seen.inputs).value) == (ID, POD)
    assert seen.properties == made.properties


def test_a_create_that_is_repeated_takes_over_what_stands(provider: StartedProvider) -> None:
    provider.create("Pod", "pod-1", POD)
    again = provider.create("Pod", "pod-1", {**POD, "feeds": ["feed-a"]})
    assert wire.read(again.properties).value["standing"] == {"placedInUpdate": 1, "generation": 2}
    assert wire.read(provider.read("Pod", "pod-1", ID).inputs).value["feeds"] == ["feed-a"]


def test_a_delete_of_what_was_created_anew_leaves_the_new_one(provider: StartedProvider) -> None:
    old = provider.create("Pod", "pod-1", POD)
    new = provider.create("Pod", "pod-1", POD)
    provider.delete("Pod", "pod-1", ID, old.properties)
    assert provider.read("Pod", "pod-1", ID).id == ID
    provider.delete("Pod", "pod-1", ID, new.properties)
    assert provider.read("Pod", "pod-1", ID).id == ""


def test_an_update_keeps_the_day_of_placing_and_the_cabinets_that_stay(provider: StartedProvider) -> None:
    provider.create("Pod", "pod-1", POD)
    news = {**POD, "racks": [{**POD["racks"][0], "count": 4}]}
    request = provider_pb2.UpdateRequest(urn=urn("Pod", "pod-1"), id=ID, olds=wire.write(POD), news=wire.write(news))
    assert wire.read(provider.stub.Update(request).properties).value["standing"]["placedInUpdate"] == 1
    (entry,) = SqliteInventory(provider.folder / ".petaplan" / "inventory.db").list()
    assert [(cabinet.name, cabinet.slot) for cabinet in entry.cabinets] == [
        ("compute-1", 1),
        ("compute-2", 2),
        ("compute-3", 3),
        ("compute-4", 4),
    ]


def test_two_stacks_with_one_name_do_not_meet(provider: StartedProvider) -> None:
    provider.create("Pod", "pod-1", POD)
    other = provider.create("Pod", "pod-1", POD, stack="full")
    assert other.id == "petaplan/full/pod/pod-1"
    assert wire.read(other.properties).value["standing"]["generation"] == 1


def test_an_import_of_another_stacks_pod_is_refused(provider: StartedProvider) -> None:
    provider.create("Pod", "pod-1", POD, stack="full")
    error = refusal(lambda: provider.read("Pod", "pod-1", "petaplan/full/pod/pod-1"))
    assert "another stack's" in error.details() and "petaplan/dev/pod/" in error.details()


def test_an_import_by_bare_name_means_ones_own_stack(provider: StartedProvider) -> None:
    provider.create("Pod", "pod-1", POD)
    assert provider.read("Pod", "elsewhere", "pod-1").id == ID
    assert provider.read("Pod", "elsewhere", "pod-2").id == ""


def test_a_secret_is_kept_in_the_state_and_not_in_the_inventory(provider: StartedProvider) -> None:
    intake = {
        "phase": "phase-1",
        "site": "site-a",
        "voltageLlV": 11_000,
        "supply": [{"fromDate": "2026-01-01", "contractedKva": 5_000}],
        "unitRatedKva": 6_000,
        "utilityContract": Secret("CLP-4711"),
    }
    assert provider.check("Intake", "intake", intake) == {}
    made = provider.create("Intake", "intake", intake)
    assert ("utilityContract",) in wire.read(made.properties).secret
    assert b"CLP-4711" not in b"".join(path.read_bytes() for path in (provider.folder / ".petaplan").iterdir())
    seen = provider.read("Intake", "intake", made.id, properties=wire.read(made.properties).sealed(), inputs=intake)
    assert seen.inputs == wire.write(intake)


def test_only_another_name_is_another_object(provider: StartedProvider) -> None:
    assert list(provider.diff("Pod", "pod-1", POD, {**POD, "hall": "hall-b"}).replaces) == []
    assert list(provider.diff("Pod", "pod-1", POD, {**POD, "name": "pod-1"}).replaces) == []
    renamed = provider.diff("Pod", "pod-1", POD, {**POD, "name": "pod-2"})
    assert list(renamed.replaces) == ["name"] and not renamed.deleteBeforeReplace
    assert renamed.detailedDiff["name"].kind == provider_pb2.PropertyDiff.ADD_REPLACE


def test_a_cancelled_provider_begins_nothing_more(provider: StartedProvider) -> None:
    provider.create("Pod", "pod-1", POD)
    provider.stub.Cancel(Empty())
    assert "cancelled" in refusal(lambda: provider.create("Pod", "pod-2", POD)).details()
    assert provider.process.poll() is None


@pytest.mark.parametrize("call", ["Invoke", "Call", "Construct", "Parameterize", "GetMapping", "GetMappings"])
def test_what_the_provider_has_not_is_unimplemented(call: str, provider: StartedProvider) -> None:
    request = getattr(provider_pb2, {"Parameterize": "ParameterizeRequest"}.get(call, f"{call}Request"))()
    assert refusal(lambda: getattr(provider.stub, call)(request)).code() is grpc.StatusCode.UNIMPLEMENTED


def test_a_listing_is_unimplemented_too(provider: StartedProvider) -> None:
    error = refusal(lambda: list(provider.stub.List(provider_pb2.ListRequest())))
    assert error.code() is grpc.StatusCode.UNIMPLEMENTED


def test_a_fault_of_the_provider_is_one_sentence(provider: StartedProvider, capfd: pytest.CaptureFixture[str]) -> None:
    error = refusal(lambda: provider.stub.Check(provider_pb2.CheckRequest(urn="nonsense")))
    assert error.code() is grpc.StatusCode.INTERNAL
    assert "a fault of petaplan" in error.details() and "\n" not in error.details()
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_the_engines_goodbye_ends_it(sign: signal.Signals, provider: StartedProvider) -> None:
    provider.create("Pod", "pod-1", POD)
    provider.process.send_signal(sign)
    assert provider.process.wait(PATIENCE_SECONDS) == 0
    assert not (provider.folder / ".petaplan" / "inventory.db-wal").exists()


def test_it_does_not_outlive_a_killed_parent() -> None:
    code = f"import subprocess,sys; p=subprocess.Popen([{str(PROVIDER)!r}, 'x']); print(p.pid, flush=True); p.wait()"
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    int(parent.stdout.readline())  # the port: it serves
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert eventually(lambda: not _runs(child))


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
