"""A device that PyTorch drives, under the protocol of all devices."""

from contextlib import AbstractContextManager

from petaplan.bench.devices.common.defaults import DeviceDefaults
from petaplan.bench.devices.common.device import Data, Engine, Heat, TelemetryWatch
from petaplan.bench.devices.common.products import Product
from petaplan.bench.devices.gpu.workload import refuse_uneven
from petaplan.bench.devices.torch.backends import Backend
from petaplan.bench.devices.torch.formats import FORMS
from petaplan.bench.devices.torch.products import TorchProducts
from petaplan.bench.devices.torch.workload import TorchWorkload
from petaplan.bench.errors import BenchError
from petaplan.bench.evidence import host, names
from petaplan.bench.evidence.record import DeviceRecord, Peak, Shape, Software
from petaplan.bench.precision import Precision

_TRIAL = Shape(m=64, n=64, k=64)


class TorchDevice(DeviceDefaults):
    """One device, or the dies of one package."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.record = self._describe()

    def _describe(self) -> DeviceRecord:
        backend = self.backend
        model, (uuid, known_by), versions = backend.model(), backend.uuid(), backend.versions()
        is_numbered = backend.name != "torch-cpu"
        return DeviceRecord(
            key=f"{backend.name}:{backend.index}" if is_numbered else backend.name,
            kind=backend.name,
            model=model,
            aliases=names.aliases(model),
            uuid=uuid,
            uuid_known_by=known_by,
            units=backend.units(),
            memory_gib=backend.memory_bytes() / 2**30,
            power_limit_w=backend.power_limit_w(),
            partition=backend.partition(),
            facts=backend.facts(),
            software=Software(
                identity=", ".join(f"{name} {version}" for name, version in versions.items()),
                versions=versions,
                environment=host.arithmetic_environment(),
            ),
        )

    def why_not(self, precision: Precision) -> str | None:
        """What is known without a product, else what PyTorch says when it is asked for a small one."""
        if precision not in FORMS:
            return f"the PyTorch backend has no {precision} product"
        return self.backend.refusal(precision) or self._tried(precision)

    def _tried(self, precision: Precision) -> str | None:
        try:
            layout = self.backend.layouts(precision)[0]
            workload = TorchWorkload(self.backend, precision, _TRIAL, "random", 1, layout=layout, sets=1)
            try:
                workload.time_batch(1)
            finally:
                workload.close()
        except BenchError:
            raise
        except Exception as error:  # noqa: BLE001 - a build without the kernel may raise anything
            lines = str(error).strip().splitlines() or [""]
            return f"PyTorch has no {precision} product for this device: {type(error).__name__}: {lines[0][:200]}"
        return None

    def engine(self, precision: Precision) -> Engine:
        return self.backend.engine(precision)

    def candidates(self, precision: Precision) -> tuple[Shape, ...]:
        return self.backend.candidates(precision)

    def algorithm_count(self, precision: Precision, shape: Shape) -> int:  # noqa: ARG002
        """Layouts of B."""
        return len(self.backend.layouts(precision))

    def prepare(
        self, precision: Precision, shape: Shape, data: Data, seed: int, algorithm: int
    ) -> TorchWorkload:  # fmt: skip
        refuse_uneven(shape, f"{self.record.key} {precision}")
        layout = self.backend.layouts(precision)[algorithm]
        return TorchWorkload(self.backend, precision, shape, data, seed, layout=layout)

    def products(self, precision: Precision, product: Product, data: Data, seed: int) -> TorchProducts:
        """Buffers of a product of a grid."""
        return TorchProducts(self.backend, precision, product, data, seed)

    def peak(self, precision: Precision) -> Peak | None:
        return self.backend.peak(precision)

    def maximum_clock_mhz(self) -> float | None:
        return self.backend.maximum_clock_mhz()

    def clock_method(self) -> str:
        return self.backend.clock_method()

    def heat(self) -> Heat | None:
        return self.backend.heat()

    def temperature_c(self) -> float | None:
        return self.backend.temperature_c()

    def rest(self, seconds: float) -> None:
        self.backend.synchronize()
        super().rest(seconds)

    def foreign_processes(self) -> tuple[str, ...]:
        return self.backend.foreign_processes()

    def watch(self) -> AbstractContextManager[TelemetryWatch]:
        return self.backend.watch()

    def must_agree(self, precision: Precision) -> dict[str, str]:  # noqa: ARG002
        return self.backend.must_agree()

    def close(self) -> None:
        self.backend.release()
