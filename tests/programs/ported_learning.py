"""Learning: networks written out layer by layer, clustering, mixtures, embeddings."""

import numpy as np

from tests.programs.registry import case, program

RNG = np.random.default_rng(7)
X = np.array([[0.5, -1.2], [1.1, 0.4], [-0.3, 0.8]])
Y = np.array([1, 0, 1])


def draw(*shape):
    return np.round(0.6 * RNG.standard_normal(shape), 2)


def softmax(x, axis=-1):
    x = x - x.max(axis=axis, keepdims=True)
    e = np.exp(x)
    return e / e.sum(axis=axis, keepdims=True)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


@program(
    case({"in": draw(2, 3), "hidden": draw(2, 2), "out": draw(3, 2), "b": draw(2), "c": draw(3)})
)
def character_rnn(model, inputs=(0, 2, 1), targets=(2, 1, 1)):
    """Karpathy, Minimal character-level language model with a vanilla RNN, 2015."""
    states = {-1: np.zeros(2)}
    one_hot = {}
    loss = 0
    for t, (symbol, target) in enumerate(zip(inputs, targets)):
        one_hot[t] = np.zeros(3)
        one_hot[t][symbol] = 1
        drive = model["in"] @ one_hot[t] + model["hidden"] @ states[t - 1]
        states[t] = np.tanh(drive + model["b"])
        scores = np.exp(model["out"] @ states[t] + model["c"])
        loss += -np.log(scores[target] / np.sum(scores))
    return loss


def lstm_cell(x, h, c, W, b):
    H = h.shape[0]
    z = np.dot(W, np.concatenate([h, x])) + b
    i = sigmoid(z[:H])
    f = sigmoid(z[H : 2 * H])
    o = sigmoid(z[2 * H : 3 * H])
    g = np.tanh(z[3 * H :])
    c = f * c + i * g
    return o * np.tanh(c), c


@program(case(draw(8, 4), draw(8), X), wrt=("W", "b", "xs"))
def lstm(W, b, xs):
    """Hochreiter and Schmidhuber, 1997, with the forget gate of Gers and others, 2000."""
    h, c = np.zeros(2), np.zeros(2)
    outputs = []
    for x in xs:
        h, c = lstm_cell(x, h, c, W, b)
        outputs.append(h)
    return np.sum(np.array(outputs) ** 2)


@program(case({"z": draw(2, 4), "r": draw(2, 4), "h": draw(2, 4)}, X), wrt=("W", "xs"))
def gated_recurrent_unit(W, xs):
    """Cho and others, Learning phrase representations using RNN encoder-decoder, 2014."""
    h = np.zeros(2)
    for t in range(xs.shape[0]):
        xh = np.hstack((xs[t], h))
        z = sigmoid(W["z"] @ xh)
        r = sigmoid(W["r"] @ xh)
        candidate = np.tanh(W["h"] @ np.hstack((xs[t], r * h)))
        h = (1 - z) * h + z * candidate
    return h


def gelu(x):
    inner = np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)
    return x * 0.5 * (1 + np.tanh(inner))


def affine(x, *, w, b=None):
    y = x @ w
    return y if b is None else y + b


def perceptron(x, *, up, down):
    return affine(gelu(affine(x, **up)), **down)


BLOCK = {
    "norms": [{"gain": 1 + draw(4), "shift": draw(4)} for _ in range(2)],
    "attention": {
        "query": {"w": draw(4, 4)},
        "key": {"w": draw(4, 4)},
        "value": {"w": draw(4, 4), "b": draw(4)},
        "out": {"w": draw(4, 4), "b": draw(4)},
    },
    "mlp": {"up": {"w": draw(4, 5), "b": draw(5)}, "down": {"w": draw(5, 4), "b": draw(4)}},
}


@program(case(draw(2, 2), draw(4), draw(4, 4)), wrt=("x", "gain", "w"))
def attention_weights(x, gain, w):
    """Vaswani and others, 2017, (1), with the weights of every layer returned in a list."""
    maps = []
    for w_layer in np.split(w, 2, axis=1):
        q, k = x @ w_layer[:2], x @ w_layer[2:]
        maps.append(softmax(q @ k.T * gain[0]))
        x = maps[-1] @ x + gain[1]
    return {"weights": maps, "x": x}


@program(case(BLOCK["mlp"], draw(2, 4)), wrt="params")
def feed_forward(params, x):
    """Hendrycks and Gimpel, Gaussian error linear units, 2016; parameters as a nested dict."""
    return np.mean(perceptron(x, **params) ** 2)


@program(case([(draw(2, 3), draw(3)), (draw(3, 1), draw(1))], X), wrt="layers")
def multilayer_perceptron(layers, inputs):
    """The network of autograd's example neural_net.py: a list of (W, b)."""
    for W, b in layers:
        outputs = np.dot(inputs, W) + b
        inputs = np.tanh(outputs)
    return np.sum((outputs[:, 0] - Y) ** 2)


class Dense:
    def __init__(self, w, b, activation=None):
        self.w, self.b = w, b
        self.activation = activation

    def __call__(self, x):
        z = x @ self.w + self.b
        return z if self.activation is None else self.activation(z)


class Sequential:
    def __init__(self, *layers):
        self.layers = list(layers)

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


@program(case(draw(2, 3), draw(3, 2)), wrt=(0, 1))
def sequential_model(w1, w2):
    """The manner of Keras' Sequential: callable layers in a list."""
    net = Sequential(Dense(w1, np.zeros(3), np.tanh), Dense(w2, np.zeros(2)))
    p = softmax(net(X))
    return -np.mean(np.log(p[np.arange(len(Y)), Y]))


@program(case(draw(4, 4), draw(2, 2, 2)), wrt=("image", "kernels"))
def convolutional_layer(image, kernels, stride=1):
    """Goodfellow, Bengio and Courville, Deep Learning, 2016, (9.4), written as loops."""
    n, kh, kw = kernels.shape
    H = (image.shape[0] - kh) // stride + 1
    W = (image.shape[1] - kw) // stride + 1
    out = np.zeros((n, H, W))
    for c in range(n):
        for i in range(H):
            for j in range(W):
                patch = image[i * stride : i * stride + kh, j * stride : j * stride + kw]
                out[c, i, j] = np.sum(patch * kernels[c])
    return np.maximum(out, 0.0).mean()


@program(case(draw(4, 6)))
def max_pool(x, size=2):
    """Goodfellow, Bengio and Courville, Deep Learning, 2016, section 9.3, by reshaping."""
    h, w = x.shape[0] // size, x.shape[1] // size
    windows = x.reshape(h, size, w, size)
    return windows.max(axis=(1, 3))


@program(case(X, np.array([1.2, 0.9]), np.array([0.1, -0.3])), wrt=("x", "gamma", "beta"))
def batch_norm(x, gamma, beta):
    """Ioffe and Szegedy, Batch normalization, 2015, algorithm 1."""
    mu = x.mean(axis=0)
    var = ((x - mu) ** 2).mean(axis=0)
    xhat = (x - mu) / np.sqrt(var + 1e-5)
    return gamma * xhat + beta


POINTS = np.array([[0.1, 0.2], [0.3, -0.1], [2.0, 1.9], [2.2, 2.1], [1.8, 2.3]])


@program(case(np.array([[0.0, 0.0], [2.5, 2.0]])))
def k_means_inertia(centres, iterations=2):
    """Lloyd, Least squares quantization in PCM, 1982; scikit-learn's inertia."""
    for _ in range(iterations):
        d2 = ((POINTS[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2)
        labels = np.argmin(d2, axis=1)
        inertia = 0.0
        for i, label in enumerate(labels):
            inertia += d2[i, label]
        new = np.empty_like(centres)
        for k in range(len(centres)):
            members = POINTS[labels == k]
            new[k] = 0.5 * centres[k] + 0.5 * members.mean(axis=0)
        centres = new
    return inertia


@program(
    case([0.4, 0.6], np.array([[0.0, 0.1], [2.0, 2.0]]), [0.5, 0.8]),
    wrt=("weights", "means", "sigmas"),
)
def gaussian_mixture(weights, means, sigmas):
    """Bishop, Pattern Recognition and Machine Learning, 2006, (9.14)."""
    total = 0.0
    for x in POINTS:
        likelihood = 0.0
        for w, mu, s in zip(weights, means, sigmas):
            r2 = np.sum((x - mu) ** 2)
            likelihood += w * np.exp(-0.5 * r2 / s**2) / (2 * np.pi * s**2)
        total += np.log(likelihood)
    return total


@program(case(np.array([[0.3, 0.0], [1.5, 2.0]]), 0.7), wrt=("means", "s"))
def em_step(means, s):
    """Dempster, Laird and Rubin, 1977; Bishop, 2006, section 9.2.2: responsibilities, new means."""
    r = np.zeros((len(POINTS), len(means)))
    for k, mu in enumerate(means):
        r[:, k] = np.exp(-0.5 * np.sum((POINTS - mu) ** 2, axis=1) / s**2)
    r /= r.sum(axis=1)[:, np.newaxis]
    N = r.sum(axis=0)
    return (r.T @ POINTS) / N[:, np.newaxis]


@program(case(draw(2), 0.1, X), wrt=("w", "lam"))
def hinge_loss(w, lam, x):
    """Shalev-Shwartz and others, Pegasos, 2011, (1)-(2)."""
    signs = np.where(Y == 1, 1.0, -1.0)
    margins = 1 - signs * (x @ w)
    return lam / 2 * np.dot(w, w) + np.mean(np.clip(margins, 0, None))


@program(case(draw(3, 2), draw(3, 2)), wrt=(0, 1))
def skip_gram(centre, context, pairs=((0, 1), (1, 2)), negatives=((2,), (0,))):
    """Mikolov and others, Distributed representations of words, 2013, (4)."""
    loss = 0.0
    for (i, o), neg in zip(pairs, negatives):
        loss -= np.log(sigmoid(context[o] @ centre[i]))
        for k in neg:
            loss -= np.log(sigmoid(-context[k] @ centre[i]))
    return loss


@program(case(draw(3), draw(3)), wrt=(0, 1))
def variational_autoencoder_bound(mu, log_var):
    """Kingma and Welling, Auto-encoding variational Bayes, 2014, (10)."""
    eps = np.array([0.3, -0.7, 1.1])
    z = mu + np.exp(0.5 * log_var) * eps
    reconstruction = -np.sum(np.logaddexp(0, -z))
    kl = -0.5 * np.sum(1 + log_var - mu**2 - np.exp(log_var))
    return reconstruction - kl


@program(case([0.2, 0.5, -0.4], 0.95), wrt=("rewards", "gamma"))
def generalised_advantage(rewards, gamma, lam=0.9):
    """Schulman and others, High-dimensional continuous control using GAE, 2016, (16)."""
    values = [0.1, 0.3, 0.2, 0.0]
    advantages = [0.0] * len(rewards)
    running = 0.0
    for t in reversed(range(len(rewards))):
        delta = rewards[t] + gamma * values[t + 1] - values[t]
        running = delta + gamma * lam * running
        advantages[t] = running
    return sum(a**2 for a in advantages)


@program(case(draw(3, 3)))
def graph_convolution(features):
    """Kipf and Welling, Semi-supervised classification with graph convolutions, 2017, (2)."""
    A = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]]) + np.eye(3)
    d = 1 / np.sqrt(A.sum(axis=1))
    A_hat = A * d[:, None] * d[None, :]
    W0 = np.array([[0.5, -0.2], [0.1, 0.4], [-0.3, 0.6]])
    hidden = np.maximum(A_hat @ features @ W0, 0)
    return softmax(A_hat @ hidden, axis=1)
