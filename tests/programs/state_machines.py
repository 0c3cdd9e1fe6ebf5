"""State machines: loops whose trips go on from one of several states, texts, enums or functions."""

import enum

import numpy as np

from tests.programs.registry import case, program

P = np.array([18.0, 20.0, 30.0])
OUTSIDE = np.linspace(5.0, 9.0, 12)


class Mode(enum.Enum):
    OFF = "off"
    HEATING = "heating"
    COOLDOWN = "cooldown"


@program(case(P, OUTSIDE))
def three_texts(p, outside):
    mode, at, timer = "off", 17.0, 0.0
    for o in outside:
        if mode == "off":
            new = "heating" if at < p[0] else "off"
        elif mode == "heating":
            new = "cooldown" if at > p[1] else "heating"
        else:
            new = "off" if timer > 2 else "cooldown"
        timer = timer + 1.0 if new == mode else 0.0
        mode = new
        at += 0.2 * ((p[2] if mode == "heating" else 0.0) - 0.2 * (at - o))
    return at**2


@program(case(P, OUTSIDE), case(P, OUTSIDE[:0]))
def in_place_of_the_last(p, outside):
    mode, total = "one", p[0]
    for o in outside:
        if mode == "one":
            mode = "two"
            continue
        if mode == "two":
            mode = "three"
        elif mode == "three" and o < 8.0:
            mode = "four"
        else:
            mode = "one"
        if mode == "four" and total > 1e4:
            break
        total = total * 1.01 + (p[1] if mode == "four" else p[2] * o)
    return total * len(mode) + (p[0] if mode == "three" else p[1] ** 2)


@program(case(P))
def until_it_is_done(p):
    state, x, n = "start", p[0] / 10.0, 0
    while state != "done":
        n += 1
        if state == "start":
            x, state = x * x, "grow"
        elif state == "grow":
            x = x + p[1] / 7.0
            state = "shrink" if x > 9.0 else "grow"
        elif state == "shrink":
            x = x * 0.7
            state = "done" if n > 8 else "grow"
    return x * p[2]


class Thermostat:
    def __init__(self, p):
        self.p, self.mode, self.at, self.timer = p, Mode.OFF, 17.0, 0.0
        self.seen = []

    def off(self):
        if self.at < self.p[0]:
            return Mode.HEATING
        return Mode.OFF

    def heating(self):
        return Mode.COOLDOWN if self.at > self.p[1] else Mode.HEATING

    def cooldown(self):
        return Mode.OFF if self.timer >= 2.0 else Mode.COOLDOWN

    def next_mode(self):
        if self.mode is Mode.OFF:
            return self.off()
        if self.mode is Mode.HEATING:
            return self.heating()
        return self.cooldown()

    def tick(self, outside):
        new = self.next_mode()
        self.timer = self.timer + 1.0 if new is self.mode else 0.0
        self.mode = new
        power = self.p[2] if self.mode is Mode.HEATING else 0.0
        self.at += 0.2 * (power - 0.2 * (self.at - outside))
        self.seen.append((self.mode.value, self.at))


class WithTable(Thermostat):
    def __init__(self, p):
        super().__init__(p)
        self.table = {
            Mode.OFF: self.off,
            Mode.HEATING: self.heating,
            Mode.COOLDOWN: self.cooldown,
        }

    def next_mode(self):
        return self.table[self.mode]()


@program(case(P, OUTSIDE))
def an_object_with_a_mode(p, outside):
    unit = Thermostat(p)
    for o in outside:
        unit.tick(o)
    return unit.at**2 + sum(v for mode, v in unit.seen if mode == "heating")


@program(case(P, OUTSIDE))
def a_table_of_methods(p, outside):
    unit = WithTable(p)
    for o in outside:
        unit.tick(o)
    return unit.at**2 + len(unit.seen) * p[0]
