"""Objects that hold one another: chains, trees, graphs; attributes that are None at first."""

from __future__ import annotations

import copy

import numpy as np

from tests.programs.registry import case, program

V = np.array([0.713, 1.327, 0.441, 2.117, 0.933])


class Link:
    def __init__(self, value, next=None):
        self.value = value
        self.next = next


class Branch:
    def __init__(self, key):
        self.key = key
        self.left = None
        self.right = None


class LinkedList:
    def __init__(self):
        self.head = None
        self.size = 0

    def push(self, v):
        n = Link(v)
        n.next = self.head
        self.head = n
        self.size += 1

    def append(self, v):
        if self.head is None:
            self.head = Link(v)
            return
        c = self.head
        while c.next is not None:
            c = c.next
        c.next = Link(v)

    def __iter__(self):
        c = self.head
        while c:
            yield c.value
            c = c.next


@program(case(V))
def chain_pushed(x):
    head = None
    for v in x:
        head = Link(v * v, head)
    t = 0.0
    c = head
    k = 1
    while c is not None:
        t += k * c.value**2
        c = c.next
        k += 1
    return t


@program(case(V))
def chain_of_class(x):
    l = LinkedList()
    for v in x:
        if v > 0.5:
            l.push(v)
    t = 0.0
    c = l.head
    while c:
        t = t * 0.5 + c.value**2
        c = c.next
    return t


@program(case(V))
def chain_appended(x):
    l = LinkedList()
    for v in x:
        l.append(v)
    t = 0.0
    c = l.head
    while c is not None:
        c.value *= 2
        t = t * 0.5 + c.value**2
        c = c.next
    return t


@program(case(V))
def chain_turned(x):
    head = None
    for v in x:
        head = Link(v, head)
    prev = None
    cur = head
    while cur:
        nxt = cur.next
        cur.next = prev
        prev = cur
        cur = nxt
    t = 0.0
    k = 0.0
    while prev:
        t += prev.value * k * k
        k += 1 + prev.value
        prev = prev.next
    return t


def insert(root, key):
    if root is None:
        return Branch(key)
    if key < root.key:
        root.left = insert(root.left, key)
    else:
        root.right = insert(root.right, key)
    return root


def inorder(root, out):
    if root is not None:
        inorder(root.left, out)
        out.append(root.key)
        inorder(root.right, out)


@program(case(V))
def tree_insert_recursive(x):
    root = None
    for v in x:
        root = insert(root, v)
    out = []
    inorder(root, out)
    return sum(((i + 1) * v * v for i, v in enumerate(out)))


def height_sum(n, d):
    if n is None:
        return 0.0
    return n.key * d + height_sum(n.left, d + 1) + height_sum(n.right, d + 1)


@program(case(V))
def tree_insert_loop(x):
    root = Branch(x[0])
    for v in x[1:]:
        c = root
        while True:
            if v < c.key:
                if c.left is None:
                    c.left = Branch(v * v)
                    break
                c = c.left
            else:
                if c.right is None:
                    c.right = Branch(v + 1)
                    break
                c = c.right
    return height_sum(root, 1)


class Particle:
    def __init__(self, x, v):
        self.x = x
        self.v = v
        self.best = None
        self.near = None


@program(case(V))
def best_of_each(x):
    ps = []
    for i in range(len(x)):
        if x[i] > 0:
            ps.append(Particle(x[i], 0.1 * i))
    for step in range(3):
        for p in ps:
            f = (p.x - 1) ** 2
            if p.best is None or f < p.best:
                p.best = f
            p.v = 0.5 * p.v - 0.1 * (p.x - 1)
            p.x = p.x + p.v
    return sum((p.best * p.x for p in ps))


@program(case(V))
def nearest_other(x):
    ps = []
    for v in x:
        if v > 0:
            ps.append(Particle(v, 0.0))
    for p in ps:
        for q in ps:
            if q is not p and (p.near is None or abs(q.x - p.x) < abs(p.near.x - p.x)):
                p.near = q
    return sum((p.x * p.near.x for p in ps))


class Seg:
    def __init__(self, lo, hi):
        self.lo = lo
        self.hi = hi
        self.left = None
        self.right = None
        self.sum = 0.0


def build(a, lo, hi):
    n = Seg(lo, hi)
    if lo == hi:
        n.sum = a[lo]
    else:
        m = (lo + hi) // 2
        n.left = build(a, lo, m)
        n.right = build(a, m + 1, hi)
        n.sum = n.left.sum + n.right.sum
    return n


def query(n, lo, hi):
    if hi < n.lo or lo > n.hi:
        return 0.0
    if lo <= n.lo and n.hi <= hi:
        return n.sum
    return query(n.left, lo, hi) + query(n.right, lo, hi)


@program(case(V))
def segment_tree(x):
    r = build(x, 0, len(x) - 1)
    return query(r, 1, 3) * query(r, 0, 2) ** 2


@program(case(V))
def chain_queue(x):
    head = tail = None
    for v in x:
        n = Link(v)
        if tail is None:
            head = tail = n
        else:
            tail.next = n
            tail = n
    t = 0.0
    w = 1.0
    while head is not None:
        t += w * head.value
        w *= head.value
        head = head.next
    return t


class Stack:
    def __init__(self):
        self.top = None

    def push(self, v):
        self.top = Link(v, self.top)

    def pop(self):
        v = self.top.value
        self.top = self.top.next
        return v

    def empty(self):
        return self.top is None


@program(case(V))
def chain_stack(x):
    s = Stack()
    for v in x:
        s.push(v)
    t = 0.0
    while not s.empty():
        t = t * 0.7 + s.pop() ** 2
    return t


class Node:
    def __init__(self, value):
        self.value = value
        self.next = None
        self.prev = None


class Tree:
    def __init__(self, key, val=0.0):
        self.key = key
        self.val = val
        self.left = None
        self.right = None

    def insert(self, key, val):
        if key < self.key:
            if self.left is None:
                self.left = Tree(key, val)
            else:
                self.left.insert(key, val)
        elif self.right is None:
            self.right = Tree(key, val)
        else:
            self.right.insert(key, val)

    def total(self):
        s = self.val * self.key
        if self.left:
            s += self.left.total() * 0.5
        if self.right:
            s += self.right.total() * 0.7
        return s


@program(case(V))
def tree_methods(x):
    r = Tree(x[0], 1.0)
    for v in x[1:]:
        r.insert(v, v * v)
    return r.total()


def depth(n):
    if n is None:
        return 0
    return 1 + max(depth(n.left), depth(n.right))


@program(case(V))
def tree_depth(x):
    r = Tree(x[0], 1.0)
    for v in x[1:]:
        r.insert(v, v * v)
    return r.total() * depth(r)


@program(case(V))
def tree_search(x):
    r = Tree(x[0], x[0])
    for v in x[1:]:
        r.insert(v, v * v)
    c = r
    best = None
    target = 1.0
    while c is not None:
        if best is None or abs(c.key - target) < abs(best.key - target):
            best = c
        c = c.left if target < c.key else c.right
    return best.val * best.key


@program(case(V))
def doubly_linked(x):
    head = Node(x[0])
    tail = head
    for v in x[1:]:
        n = Node(v)
        n.prev = tail
        tail.next = n
        tail = n
    t = 0.0
    w = 1.0
    c = tail
    while c:
        t += w * c.value
        w *= c.value
        c = c.prev
    return t


@program(case(V))
def chain_in_order(x):
    head = None
    for v in x:
        n = Node(v)
        if head is None or v < head.value:
            n.next = head
            head = n
        else:
            c = head
            while c.next is not None and c.next.value < v:
                c = c.next
            n.next = c.next
            c.next = n
    t = 0.0
    k = 1
    c = head
    while c:
        t += k * c.value**2
        c = c.next
        k += 1
    return t


@program(case(V))
def chain_filtered(x):
    head = None
    for v in x:
        n = Node(v)
        n.next = head
        head = n
    prev = None
    c = head
    while c:
        if c.value < 0.8:
            if prev is None:
                head = c.next
            else:
                prev.next = c.next
        else:
            prev = c
        c = c.next
    t = 1.0
    c = head
    while c:
        t *= c.value
        c = c.next
    return t


@program(case(V))
def chains_merged(x):

    def build(vs):
        head = None
        for v in sorted(vs, reverse=True):
            n = Node(v)
            n.next = head
            head = n
        return head

    a = build(x[:3])
    b = build(x[3:])
    dummy = Node(0.0)
    tail = dummy
    while a and b:
        if a.value <= b.value:
            tail.next = a
            a = a.next
        else:
            tail.next = b
            b = b.next
        tail = tail.next
    tail.next = a if a else b
    t = 0.0
    k = 1.0
    c = dummy.next
    while c:
        t += k * c.value**2
        k *= 0.8
        c = c.next
    return t


@program(case(V))
def chain_recursive(x):
    head = None
    for v in x:
        n = Node(v)
        n.next = head
        head = n

    def total(n):
        if n is None:
            return 0.0
        return n.value**2 + 0.5 * total(n.next)

    return total(head)


@program(case(V))
def chain_turned_recursive(x):
    head = None
    for v in x:
        n = Node(v)
        n.next = head
        head = n

    def rev(n, prev):
        if n is None:
            return prev
        nxt = n.next
        n.next = prev
        return rev(nxt, n)

    head = rev(head, None)
    t = 0.0
    k = 1.0
    c = head
    while c:
        t += k * c.value**2
        k *= 0.8
        c = c.next
    return t


class Expr:
    def __init__(self, op, a=None, b=None, v=0.0):
        self.op = op
        self.a = a
        self.b = b
        self.v = v


def ev(e):
    if e.op == 0:
        return e.v
    if e.op == 1:
        return ev(e.a) + ev(e.b)
    return ev(e.a) * ev(e.b)


@program(case(V))
def expression_tree(x):
    e = Expr(0, v=x[0])
    for k in range(1, len(x)):
        e = Expr(1 + k % 2, e, Expr(0, v=x[k]))
    return ev(e)


@program(case(V))
def two_chains(x):
    a = None
    b = None
    for v in x:
        n = Node(v)
        if v > 0.8:
            n.next = a
            a = n
        else:
            n.next = b
            b = n
    t = 0.0
    k = 1.0
    while a:
        t += k * a.value
        k *= 0.5
        a = a.next
    while b:
        t += k * b.value**2
        k *= 0.5
        b = b.next
    return t


class KD:
    def __init__(self, p, left, right, axis):
        self.p = p
        self.left = left
        self.right = right
        self.axis = axis


def buildkd(pts, depth=0):
    if not pts:
        return None
    axis = depth % 2
    pts = sorted(pts, key=lambda p: p[axis])
    m = len(pts) // 2
    return KD(pts[m], buildkd(pts[:m], depth + 1), buildkd(pts[m + 1 :], depth + 1), axis)


def nearest(n, q, best):
    if n is None:
        return best
    d = (n.p[0] - q[0]) ** 2 + (n.p[1] - q[1]) ** 2
    if d < best:
        best = d
    if q[n.axis] < n.p[n.axis]:
        best = nearest(n.left, q, best)
        return nearest(n.right, q, best)
    best = nearest(n.right, q, best)
    return nearest(n.left, q, best)


@program(case(V))
def nearest_in_kd_tree(x):
    pts = [(x[i], x[(i + 2) % 5]) for i in range(5)]
    t = buildkd(pts)
    return nearest(t, (x[0] * 0.9, 1.1), 1e9)


class Huff:
    def __init__(self, w, left=None, right=None):
        self.w = w
        self.left = left
        self.right = right


def cost(n, d):
    if n.left is None:
        return n.w * d
    return cost(n.left, d + 1) + cost(n.right, d + 1)


@program(case(V))
def huffman_tree(x):
    ns = [Huff(v) for v in x]
    while len(ns) > 1:
        ns.sort(key=lambda n: n.w)
        a = ns.pop(0)
        b = ns.pop(0)
        ns.append(Huff(a.w + b.w, a, b))
    return cost(ns[0], 0) ** 2


class Account:
    def __init__(s):
        s.log = None
        s.best = None
        s.total = 0.0

    def put(s, v):
        s.total += v
        if s.best is None or v > s.best:
            s.best = v
        s.log = v * s.total


@program(case(V))
def log_of_account(x):
    a = Account()
    for v in x:
        a.put(v)
    return a.best * a.log + a.total


class LRU:
    def __init__(s):
        s.head = None
        s.n = 0

    def push(s, v):
        n = Node(v)
        n.next = s.head
        if s.head is not None:
            s.head.prev = n
        s.head = n
        s.n += 1

    def pop(s):
        n = s.head
        s.head = n.next
        s.n -= 1
        if s.head is not None:
            s.head.prev = None
        return n.value


@program(case(V))
def stack_both_ways(x):
    s = LRU()
    for v in x:
        s.push(v * v)
    t = s.pop() * s.pop()
    s.push(t)
    return s.pop() + s.n * s.pop()


class Weight:
    def __init__(self, value):
        self.value = value
        self.k = 1


@program(case(V))
def two_of_one_class(x):
    ps = [Weight(v) for v in x]

    def swap(a, b, n):
        if n == 0:
            return 0.0
        a.value = a.value * 0.5 + b.value
        b.value = b.value * 0.3
        a.k += 1
        return a.value + swap(b, a, n - 1)

    t = swap(ps[0], ps[1], 3)
    return t + sum((p.value * p.k for p in ps))


@program(case(V))
def next_is_taken_out(x):
    head = None
    for v in x:
        n = Node(v)
        n.next = head
        head = n

    def f(a, n):
        if n == 0:
            return 0.0
        b = a.next
        a.next = b.next
        return b.value + f(a, n - 1)

    t = f(head, 2)
    return t + head.next.value**2


class Item:
    def __init__(s, v):
        s.v = v
        s.next = None
        s.other = None


@program(case(V))
def chain_of_two_names(x):
    head = None
    for v in x:
        n = Item(v)
        n.next = head
        head = n
    a = head
    b = head.next
    a.next.v = 10 * x[0]
    return b.v * a.v + head.next.v


@program(case(V))
def ring(x):
    ns = [Item(v) for v in x]
    for i in range(len(ns)):
        ns[i].next = ns[(i + 1) % len(ns)]
    c = ns[0]
    t = 0.0
    for k in range(7):
        t = t * 0.5 + c.v
        c.v = c.v * 0.9 + 0.1 * t
        c = c.next
    return t + sum((n.v for n in ns))


@program(case(V))
def its_own_next(x):
    ns = [Item(v) for v in x]
    ns[0].next = ns[0]
    ns[0].next.v = 3 * x[1]
    return ns[0].v * ns[0].next.next.v


@program(case(V))
def deep_copy_of_chain(x):
    head = None
    for v in x:
        n = Item(v)
        n.next = head
        head = n
    c = copy.deepcopy(head)
    c.v = 5 * x[0]
    c.next.v *= 2
    t = 0.0
    k = 1.0
    while head:
        t += k * head.v
        k *= 0.7
        head = head.next
    while c:
        t += k * c.v**2
        k *= 0.7
        c = c.next
    return t


@program(case(V))
def copy_of_first_link(x):
    head = None
    for v in x:
        n = Item(v)
        n.next = head
        head = n
    c = copy.copy(head)
    c.v = 5 * x[0]
    c.next.v *= 2
    return head.v + head.next.v * c.v + c.next.next.v


@program(case(V))
def none_again(x):
    ns = [Item(v) for v in x]
    ns[0].next = ns[1]
    ns[2].next = ns[3]
    ns[0].next = None
    t = 0.0
    for n in ns:
        if n.next is None:
            t += n.v
        else:
            t += n.v * n.next.v * 3
    return t


@program(case(V))
def same_next(x):
    ns = [Item(v) for v in x]
    ns[0].next = ns[2]
    ns[1].next = ns[2]
    t = 0.0
    for a in ns:
        for b in ns:
            if a is not b and a.next is b.next and (a.next is not None):
                t += a.v * b.v
    return t


def bump(n, k):
    if n is None:
        return 0.0
    n.v = n.v * k
    return n.v + bump(n.next, k * 0.5)


@program(case(V))
def chain_written_recursive(x):
    head = None
    for v in x:
        n = Item(v)
        n.next = head
        head = n
    mid = head.next.next
    s = bump(head, 2.0)
    return s * mid.v + head.v


def make(v, nxt):
    n = Item(v)
    n.next = nxt
    return n


@program(case(V))
def chain_of_factory(x):
    head = None
    for v in x:
        head = make(v * v, head)
    t = 0.0
    c = head
    while c:
        t = t * 0.5 + c.v
        c = c.next
    return t


@program(case(V))
def chain_split(x):

    def split(h):
        a = None
        b = None
        while h is not None:
            nxt = h.next
            if h.v > 0.9:
                h.next = a
                a = h
            else:
                h.next = b
                b = h
            h = nxt
        return (a, b)

    head = None
    for v in x:
        n = Item(v)
        n.next = head
        head = n
    a, b = split(head)
    t = 0.0
    k = 1.0
    while a:
        t += k * a.v
        k *= 0.5
        a = a.next
    while b:
        t += k * b.v**2
        k *= 0.5
        b = b.next
    return t


class Edge:
    def __init__(s, a, b, w):
        s.a = a
        s.b = b
        s.w = w


class Vertex:
    def __init__(s, v):
        s.v = v
        s.d = None
        s.prev = None


@program(case(V))
def graph_of_objects(x):
    vs = [Vertex(v) for v in x]
    es = [Edge(vs[i], vs[(i * 2 + 1) % 5], x[i] * x[(i + 1) % 5]) for i in range(5)]
    vs[0].d = 0.0
    for _ in range(4):
        for e in es:
            if e.a.d is not None and (e.b.d is None or e.a.d + e.w < e.b.d):
                e.b.d = e.a.d + e.w
                e.b.prev = e.a
    t = 0.0
    for v in vs:
        if v.d is not None:
            t += v.d * v.v
        p = v
        while p.prev is not None:
            t += 0.1 * p.v
            p = p.prev
    return t


def relax(es):
    for e in es:
        if e.a.d is not None and (e.b.d is None or e.a.d + e.w < e.b.d):
            e.b.d = e.a.d + e.w


@program(case(V))
def graph_relaxed(x):
    vs = [Vertex(v) for v in x]
    es = []
    for i in range(5):
        es.append(Edge(vs[i], vs[(i * 2 + 1) % 5], x[i] * x[(i + 1) % 5]))
    vs[0].d = 0.0
    for _ in range(4):
        relax(es)
    return sum((v.d * v.v for v in vs if v.d is not None))


@program(case(V))
def chain_in_closure(x):
    head = None

    def push(v):
        nonlocal head
        n = Item(v)
        n.next = head
        head = n

    for v in x:
        push(v)
    t = 0.0
    c = head
    while c:
        t = t * 0.5 + c.v**2
        c = c.next
    return t


class Fifo:
    def __init__(s):
        s.front = None
        s.back = None
        s.n = 0

    def put(s, v):
        n = Item(v)
        if s.back is None:
            s.front = n
        else:
            s.back.next = n
        s.back = n
        s.n += 1

    def get(s):
        v = s.front.v
        s.front = s.front.next
        s.n -= 1
        if s.front is None:
            s.back = None
        return v


@program(case(V))
def fifo(x):
    q = Fifo()
    for v in x:
        q.put(v)
    t = 0.0
    while q.n > 0:
        v = q.get()
        t += v * v
        if v > 0.9 and q.n < 4:
            q.put(v * 0.5)
    return t


@program(case(V))
def chain_of_arrays(x):
    ns = [Item(x * k) for k in range(3)]
    for i in range(2):
        ns[i].next = ns[i + 1]
    c = ns[0]
    t = 0.0
    while c is not None:
        t += float(c.v @ c.v)
        c.v = c.v * 2
        c = c.next
    return t + float(ns[2].v @ x)


@program(case(V))
def deep_copy_of_shared(x):
    ns = [Item(v) for v in x]
    ns[0].next = ns[1]
    d = {"a": ns, "b": ns[1]}
    e = copy.deepcopy(d)
    e["b"].v = 7 * x[0]
    return e["a"][1].v * ns[1].v + e["a"][0].next.v


# Trees that a recursive function builds: leaves and forks are objects of one class.


class Fork:
    def __init__(self, threshold=None, left=None, right=None, value=None):
        self.threshold = threshold
        self.left = left
        self.right = right
        self.value = value

    def is_leaf(self):
        return self.value is not None


def forked(leaves, depth, index=0):
    if depth == 0:
        return Fork(value=leaves[index])
    return Fork(
        threshold=0.5 * index,
        left=forked(leaves, depth - 1, 2 * index),
        right=forked(leaves, depth - 1, 2 * index + 1),
    )


def softly(node, x):
    if node.is_leaf():
        return node.value
    gate = 1.0 / (1.0 + np.exp(node.threshold - x))
    return (1 - gate) * softly(node.left, x) + gate * softly(node.right, x)


@program(case(np.array([1.0, -1.0, 0.5, 2.0]), 0.7), wrt=(0, 1))
def decision_tree_soft_and_hard(leaves, x):
    tree = forked(leaves, 2)
    node = tree
    while not node.is_leaf():
        node = node.left if x < node.threshold else node.right
    return softly(tree, x) + x * node.value
