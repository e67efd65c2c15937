"""The GPU of an Apple processor through PyTorch. No device has run this."""

from petaplan.bench.devices.common.arrays import Library
from petaplan.bench.devices.torch.backends import CACHE_BYTES, Backend


class MpsBackend(Backend):
    """The GPU of an Apple processor: one, without float64."""

    device_type = "mps"
    checks_on_device = False

    @classmethod
    def packages(cls, torch: Library) -> tuple[tuple[int, ...], ...]:
        """One, where PyTorch was built with it."""
        return ((0,),) if torch.backends.mps.is_available() else ()

    def model(self) -> str:
        """PyTorch names the processor alone."""
        return str(getattr(self.api, "get_name", lambda: "Apple GPU")())

    def units(self) -> int:
        """Not told by PyTorch."""
        return int(getattr(self.api, "get_core_count", lambda: 0)())

    def memory_bytes(self) -> int:
        """What Metal recommends at most."""
        return int(self.api.recommended_max_memory())

    def free_bytes(self) -> int:
        """What Metal recommends, less what is in use."""
        return self.memory_bytes() - int(self.api.current_allocated_memory())

    def cache_bytes(self) -> int:
        """Not told by PyTorch."""
        return CACHE_BYTES

    def record(self, event: Library, die: int) -> None:  # noqa: ARG002
        """Metal has one stream."""
        event.record()

    def synchronize(self) -> None:
        """Wait for the one stream."""
        self.api.synchronize()
