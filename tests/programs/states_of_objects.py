"""Objects of which nobody knows how many, and whose states are texts that change."""

import numpy as np

from tests.programs.registry import case, program

X = np.array([1.3, 0.55, 0.9])


class Agent:
    """Is healthy until it is not."""

    def __init__(self, load):
        self.load = load
        self.state = "healthy"
        self.note = None
        self.next = None

    def infect(self):
        if self.state == "healthy":
            self.state = "ill"

    def step(self, h):
        if self.state == "ill":
            self.load *= 1 + h
            if self.load > 1.5:
                self.state = "dead"
        elif self.state == "healthy":
            self.load += h * 0.1


class World:
    """All of them."""

    def __init__(self, loads):
        self.agents = [Agent(v) for v in loads]

    def run(self, steps, h):
        self.agents[0].infect()
        for _ in range(steps):
            for a in self.agents:
                a.step(h)
            if any(a.state == "ill" for a in self.agents):
                for b in self.agents:
                    if b.load > 0.8:
                        b.infect()
        return sum(a.load for a in self.agents if a.state != "dead")


@program(case(X))
def epidemic(x):
    world = World(x)
    alive = world.run(3, 0.1)
    return alive**2 + sum(a.load * len(a.state) for a in world.agents)


@program(case(X))
def counted_by_state(x):
    agents = [Agent(v) for v in x]
    for a in agents:
        if a.load < 0.7:
            a.state = "weak"
    sums = {}
    for name, a in zip([a.state for a in agents], agents, strict=True):
        sums[name] = sums.get(name, 0.0) + a.load
    return sums["weak"] * 2 + sums["healthy"] ** 2


@program(case(X))
def noted_where_there_was_nothing(x):
    agents = [Agent(v) for v in x]
    for a in agents:
        if a.load > 1:
            a.note = "hot"
    return sum(a.load**2 if a.note == "hot" else a.load for a in agents)


@program(case(X))
def along_a_chain(x):
    agents = [Agent(v) for v in x]
    for a, b in zip(agents, agents[1:], strict=False):
        a.next = b
    at = agents[0]
    while at is not None:
        if at.load < 1:
            at.state = "low"
        at = at.next
    return sum(a.load * len(a.state) for a in agents)


@program(case(X))
def the_best_is_marked(x):
    agents = [Agent(v) for v in x]
    max(agents, key=lambda a: a.load).state = "best"
    agents.sort(key=lambda a: a.state)
    return sum((k + 1) * a.load for k, a in enumerate(agents))


@program(case(X))
def marked_by_a_function(x):
    def mark(a, state):
        a.state = state

    agents = [Agent(v) for v in x]
    for k, a in enumerate(agents):
        mark(a, "even" if k % 2 == 0 else "odd")
    groups = {}
    for a in agents:
        groups.setdefault(a.state, []).append(a.load)
    return sum(groups["even"]) * sum(groups["odd"])


@program(case(X))
def until_none_is_left(x):
    agents = [Agent(v) for v in x]
    while any(a.state == "healthy" for a in agents):
        for a in agents:
            if a.state == "healthy":
                a.load *= 1.5
                if a.load > 2:
                    a.state = "ill"
    return sum(a.load for a in agents)
