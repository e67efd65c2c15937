"""Base of the resource classes: Pulumi's spelling, absent properties, outputs as attributes."""

from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from typing import Any, ClassVar, Self

import pulumi
from pulumi.runtime import get_root_resource

from petaplan.capacity.noun import Named
from petaplan.capacity.renames import notice, renamed_fields, with_new_names
from petaplan.infra.kinds import BY_TOKEN, STANDING, Kind, Shape, shape_of
from petaplan.infra.nouns import properties_of
from petaplan.infra.spelling import pulumi_name


class PetaplanResource(pulumi.CustomResource):
    """An object of the hub as a Pulumi resource.

    Properties that are not given are not sent, and cost nothing.
    """

    _token: ClassVar[str]
    """The Pulumi type, which each class says for itself."""
    _props: tuple[str, ...]
    _plain: Mapping[str, object]

    def __init__(
        self,
        token: str,
        resource_name: str,
        given: Mapping[str, object],
        opts: pulumi.ResourceOptions | None,
    ) -> None:
        """Registers the resource with the given properties, in Pulumi's spelling."""
        props = {prop: value for prop, value in given.items() if value is not None}
        for prop, shape in shape_of(BY_TOKEN[token].noun).nested.items():
            if prop in props:
                props[prop] = _respelt(props[prop], shape)
        props.setdefault("name", resource_name)
        self._props, self._plain = tuple(props), {}
        super().__init__(token, resource_name, {**props, STANDING: None}, with_alias(BY_TOKEN[token], opts))

    @classmethod
    def from_noun(cls, token: str, noun: Named, opts: pulumi.ResourceOptions | None) -> Self:
        """The resource that a noun of the domain declares."""
        made = cls.__new__(cls)
        made.register_noun(token, noun, opts)
        return made

    def register_noun(self, token: str, noun: Named, opts: pulumi.ResourceOptions | None) -> None:
        """Registers the resource with what a noun says, at half the cost.

        The SDK makes an Output of each property that it sees at first, and waits for all of them again and again.
        Properties that come a moment later are sent all the same: docs/adr/0003-native-provider.md.
        """
        self._plain = properties_of(BY_TOKEN[token], noun)
        self._props = tuple(self._plain)
        later: dict[str, object] = {STANDING: None}
        if getattr(get_root_resource(), "_transformations", None):  # they want to see every property at first
            later |= self._plain
        super().__init__(token, noun.name, later, with_alias(BY_TOKEN[token], opts))
        later |= self._plain

    def __init_subclass__(cls) -> None:
        """The class takes the arguments of the version before as well, each with one notice."""
        noun = BY_TOKEN[cls._token].noun
        if renamed_fields(noun):
            made: Callable[..., None] = cls.__init__

            @wraps(made)
            def __init__(self: PetaplanResource, *given: object, **values: object) -> None:  # noqa: N807 - it stands in the place of one
                made(self, *given, **with_new_names(noun, values, lambda: f"resource {given[0] if given else ''!r}"))

            cls.__init__ = __init__  # type: ignore[method-assign]

    def __getattr__(self, name: str) -> Any:
        """An output under the name that it had in the version before."""
        new = renamed_fields(BY_TOKEN[self._token].noun).get(name)
        if new is None:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self)
        notice(f"{type(self).__name__}: {name} is now {new}")
        return getattr(self, new)

    def outputs(self) -> dict[str, pulumi.Output[object]]:
        """Every property that was given, and where it stands, in Pulumi's spelling."""
        return {prop: self._output(prop) for prop in (*self._props, STANDING)}

    def _output(self, prop: str) -> pulumi.Output[Any]:
        """The output of a property; None in it where the property was not given."""
        output: pulumi.Output[Any] | None = self.__dict__.get(prop)
        if output is None:
            value = self._plain.get(prop)
            output = self.__dict__[prop] = self.urn.apply(lambda _: value)
        return output


def with_alias(kind: Kind, opts: pulumi.ResourceOptions | None) -> pulumi.ResourceOptions | None:
    """The options of a resource, and the type that it had in version 0.1, where that was another one."""
    if kind.old_token is None:
        return opts
    return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(aliases=[pulumi.Alias(type_=kind.old_token)]))


def _respelt(value: object, shape: Shape) -> object:
    """Nested arguments in Pulumi's spelling, wherever Outputs are among them."""
    if isinstance(value, pulumi.Output):
        return value.apply(lambda known: _respelt(known, shape))
    if isinstance(value, Mapping):
        return dict(_respelt_items(value, shape))
    if isinstance(value, list | tuple):
        return [_respelt(item, shape) for item in value]
    return value


def _respelt_items(value: Mapping[str, object], shape: Shape) -> Iterator[tuple[str, object]]:
    for key, item in value.items():
        given = pulumi_name(key)
        prop = shape.new_name(given)
        if prop != given:
            notice(f"{key} is now {shape.fields[prop]}")
        if item is not None:
            inner = shape.nested.get(prop)
            yield (prop if prop in shape.fields else key), _respelt(item, inner) if inner is not None else item
