"""Records of a larger network as they come together from copies of a smaller one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from calculator.sourcing.network import Arc, Commodity, Demand, Network, Node, Process, Supply

_LISTS = ("supplies", "processes", "arcs", "demands", "notes")


@dataclass
class Parts:
    """Commodities and nodes by id, the other records in lists, and what is to be told."""

    commodities: dict[str, Commodity]
    nodes: dict[str, Node] = field(default_factory=dict)
    supplies: list[Supply] = field(default_factory=list)
    processes: list[Process] = field(default_factory=list)
    arcs: list[Arc] = field(default_factory=list)
    demands: list[Demand] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, network: Network) -> Parts:
        """Start from the commodities and notes of a network, and nothing else."""
        return cls({good.id: good for good in network.commodities}, notes=list(network.notes))

    def add_node(self, node: Node) -> str:
        """Add a node unless it is there; return its id."""
        self.nodes.setdefault(node.id, node)
        return node.id

    def add_good(self, good: Commodity) -> str:
        """Add a commodity unless it is there; return its id."""
        self.commodities.setdefault(good.id, good)
        return good.id

    def network(self, like: Network, **more: Any) -> Network:
        """Return the network of these records, in the currency of another."""
        lists: dict[str, Any] = {name: tuple(getattr(self, name)) for name in _LISTS}
        goods, nodes = tuple(self.commodities.values()), tuple(self.nodes.values())
        return replace(like, commodities=goods, nodes=nodes, **lists, **more)
