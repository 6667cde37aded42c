"""A state machine is one table: state x verb -> state. Its diagram is made from the table."""

from collections.abc import Mapping
from types import MappingProxyType


class NotNow(Exception):
    """The verb is not possible in this state: someone was faster, or the page is old."""

    def __init__(self, table: str, state: str, verb: str) -> None:
        super().__init__(f"{table}: {verb} is not possible in {state}")
        self.table = table
        self.state = state
        self.verb = verb


class StateTable:
    """``transitions`` maps a state to its verbs, a verb to the state after it.

    Raises ValueError when a state is named but not listed, or can never be reached.
    """

    def __init__(self, name: str, start: str, transitions: Mapping[str, Mapping[str, str]]) -> None:
        self.name = name
        self.start = str(start)
        self.transitions: Mapping[str, Mapping[str, str]] = MappingProxyType(
            {
                str(state): MappingProxyType({str(v): str(after) for v, after in verbs.items()})
                for state, verbs in transitions.items()
            }
        )
        self._check()

    def _check(self) -> None:
        reached, waiting = {self.start}, [self.start]
        while waiting:
            state = waiting.pop()
            if state not in self.transitions:
                raise ValueError(f"{self.name}: state {state} is not listed")
            for after in self.transitions[state].values():
                if after not in reached:
                    reached.add(after)
                    waiting.append(after)
        lost = set(self.transitions) - reached
        if lost:
            raise ValueError(f"{self.name}: never reached: {', '.join(sorted(lost))}")

    @property
    def states(self) -> tuple[str, ...]:
        return tuple(self.transitions)

    def verbs(self, state: str) -> tuple[str, ...]:
        """What is possible in ``state``; nothing in an unknown one."""
        return tuple(self.transitions.get(str(state), {}))

    def can(self, state: str, verb: str) -> bool:
        return str(verb) in self.transitions.get(str(state), {})

    def after(self, state: str, verb: str) -> str:
        """The state after ``verb``. Raises NotNow."""
        try:
            return self.transitions[str(state)][str(verb)]
        except KeyError:
            raise NotNow(self.name, str(state), str(verb)) from None

    def diagram(self) -> str:
        """The table as a mermaid state diagram."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.start}"]
        for state, verbs in self.transitions.items():
            lines += [f"    {state} --> {after}: {verb}" for verb, after in verbs.items()]
            if not verbs:
                lines.append(f"    {state} --> [*]")
        return "\n".join(lines) + "\n"
