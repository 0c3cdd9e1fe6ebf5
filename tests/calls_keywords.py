"""Calls of NumPy with their optional arguments, by name and by position, for `calls_table`."""

from __future__ import annotations

KEYWORDS = {
    "box": """
np.sum(x, axis=0, dtype=float, keepdims=True, initial=1.0, where=x > 0)
np.sum(x, axis=(0, 2), where=x > 0, initial=3)  x.sum(axis=1, where=x > 0)
x.sum(axis=1, initial=2.0)  np.sum(x, 0, np.float64)  np.sum(x, 0, None, None, True)
np.prod(x, axis=1, where=x > 0, initial=2.0, keepdims=True)  x.prod(axis=1, where=x > 0)
np.mean(x, axis=1, where=x > -1, keepdims=True)  x.mean(axis=1, where=x > -1)
np.mean(x, 1, None, None, True)  np.var(x, axis=1, where=x > -1.5)
np.var(x, where=x > -1, ddof=1)  np.std(x, where=x > -1, ddof=1)
np.std(x, axis=(0, 1), where=x > -1, keepdims=True)  x.var(where=x > -1)
np.var(x, axis=1, mean=np.mean(x, axis=1, keepdims=True))
np.std(x, axis=1, mean=np.mean(x, axis=1, keepdims=True))  np.var(x, axis=1, correction=1)
np.std(x, axis=1, correction=1)  np.var(x, 1, None, None, 1)  x.std(1, None, None, 1)
np.std(x, 1, np.float64, None, 1, True)  np.max(x, axis=1, where=x > 1, initial=-9.0)
np.min(x, axis=1, where=x > 1, initial=9.0)  np.max(x, 1, None, True)
np.argmax(x, axis=1, keepdims=True)  np.argmin(x, keepdims=True)  np.argmax(x, 1, None)
np.all(x > 0, axis=1, where=x > -1)  np.any(x > 0, axis=1, where=x > 1, keepdims=True)
np.cumsum(x, 1, np.float64)  np.cumulative_sum(x, axis=1, include_initial=True)
np.cumulative_prod(x[0, 0], dtype=float)  np.nansum(x, axis=1, initial=1.0)
np.nansum(x, axis=1, where=x > 1)  np.nansum(x, 1, None, None, True)
np.nanprod(x, axis=1, where=x > 0, initial=2.0)  np.nanmean(x, axis=0, where=np.arange(4) > 0)
np.nanmean(x, 1, np.float64)  np.nanvar(x, axis=1, where=np.arange(4) > 0)
np.nanstd(x, axis=1, correction=1)  np.nanstd(x, 1, None, None, 1)
np.nanstd(x, axis=1, mean=np.nanmean(x, axis=1, keepdims=True))
np.nanmax(x, axis=1, initial=0.5, where=np.arange(4) > 0)
np.nanmin(x, axis=1, keepdims=True, initial=9.0)  np.nanargmax(x, axis=1, keepdims=True)
np.nanargmin(x, keepdims=True)  np.nancumsum(x, axis=1, dtype=np.float64)
np.median(x, 1, None, False, True)  np.quantile(x, 0.3, axis=1, method='hazen')
np.quantile(x, 0.3, axis=1, method='weibull', keepdims=True)
np.quantile(x, 0.02, axis=1, method='weibull')
np.quantile(x, [0.3, 0.6], axis=1, method='median_unbiased')
np.quantile(x, 0.45, method='normal_unbiased')
np.quantile(x, 0.45, method='interpolated_inverted_cdf')
np.quantile(x, 0.3, axis=1, method='inverted_cdf')
np.quantile(x, 0.5, axis=-1, method='averaged_inverted_cdf')
np.percentile(x, 30, axis=1, method='closest_observation')
np.percentile(x, np.array([[30, 60.0]]), axis=1)
np.quantile(x, 0.3, weights=np.abs(x), method='inverted_cdf')
np.percentile(x, [30, 55], axis=1, weights=np.array([1.0, 3, 2]), method='inverted_cdf')
np.nanquantile(x, 0.6, axis=1, weights=np.abs(x), method='inverted_cdf', keepdims=True)
np.pad(x, {-1: (2, 1), 0: 1}, mode='wrap')  np.pad(x, pad_width={1: 1}, mode='mean')
np.vectorize(lambda a: a[::-1] * a, signature='(n)->(n)')(x)
np.vectorize(lambda p, a: p[1] * a * a + p[0], excluded=[0])(x[0, 0], x)
np.vectorize(lambda p, a: p[1] * a * a + p[0], excluded=['p'])(p=x[0, 0], a=x)
np.vectorize(lambda p, a: p[0] * a * a, otypes=[float], excluded={0, 'p'})(x[0, 0], a=x[1])
np.vectorize(lambda a, b=1.0: a * a * b)(x, b=x[0])
np.meshgrid(x[0, 0], x[0, 1], copy=False)[1] * np.meshgrid(x[0, 1], x[0, 2], sparse=True)[0]
np.meshgrid(x[0, 0], x[:, 1, 0], copy=False, sparse=True, indexing='ij')[1] * x[0, 0, 0]
np.percentile(x, np.array([[30], [60.0]]), axis=1, keepdims=True)
np.nanquantile(x, 0.3, axis=1, method='hazen')
np.average(x, axis=(0, 1), weights=np.arange(1.0, 7.0).reshape(2, 3))
np.average(x, axis=(0, 1), weights=np.ones((2, 3)), keepdims=True)
np.ediff1d(x, to_end=x[0, 0], to_begin=0.0)  np.ediff1d(x, to_begin=[1.0, 2.0])
np.sort(x, stable=True)  np.sort(x, order=None)  np.argsort(x, stable=True)
np.take_along_axis(x, indices=np.argsort(x, axis=-1))
np.take_along_axis(x, np.argsort(x, axis=-1))  np.transpose(x, axes=(2, 0, 1))
np.transpose(x[:, :2, :2], axes=(1, 2, 0))  np.permute_dims(x, axes=(2, 0, 1))
np.reshape(x, (4, 6), copy=True)  np.reshape(x, (4, 6), 'F')  x.reshape(4, 6, copy=True)
np.ravel(x, 'F')  x.ravel('F')  x.flatten('F')  x.flatten(order='F')
np.concatenate((x, x), axis=1, dtype=np.float64)
np.concatenate((x, x), axis=0, casting='same_kind')  np.concatenate((x, x), 1, None)
np.stack([x, x], axis=-1, dtype=np.float64)  np.vstack([x, x], dtype=np.float64)
np.hstack((x, x), casting='same_kind')  np.stack(x)  np.stack(x, axis=1)
np.concatenate(x, axis=1)  np.vstack(x)  np.hstack(x)  np.concatenate(x[0])
np.concatenate(x, axis=-1)
np.pad(x[0, 0], 2, mode='constant', constant_values=(x[0, 0, 0], 6))
np.pad(x[0, 0], (1, 2), mode='minimum', stat_length=(2, 3))
np.pad(x, ((1, 0), (0, 2), (1, 1)), mode='mean', stat_length=((1, 1), (2, 2), (2, 3)))
np.insert(x, [0, 2], 5.0, axis=1)  np.insert(x, [0, 2], x[:, :2], axis=1)
np.take(x, [0, 9], 1, None, 'clip')  np.choose([0, 1, 3], [x[0, :, 0], x[1, :, 0]], mode='clip')
np.choose([0, 1, 3], [x[0, :, 0], x[1, :, 0]], mode='wrap')
np.unwrap(x, discont=1.0, period=1.5)  np.unwrap(x[0, 0], period=2.0)
np.nan_to_num(x, nan=1.0, posinf=2.0, neginf=3.0)  np.nan_to_num(x, True, 1.0)
np.cov(x[0], dtype=np.float64)  np.linspace(x[0, 0, 0], 3.0, 5, endpoint=False)
np.linspace(x[0, 0, 0], 3.0, num=5, retstep=True)[1]  np.linspace(x, 3.0, 3, axis=-1)
np.linspace(x[0], x[1], 4, endpoint=False, axis=1)
np.linspace(x[0, 0, 0], 3.0, 5, dtype=np.float64)
np.logspace(x[0, 0], 1.0, 3, base=2.0, endpoint=False)
np.geomspace(1.0, np.abs(x) + 1, 3, axis=1)  np.geomspace(1.0, x ** 2 + 1, 4, endpoint=False)
np.full_like(x, x[0, 0, 0], shape=(2, 2))  np.ones_like(x, shape=(2, 4)) * x[0, 0]
np.array(x, copy=True, ndmin=4)  np.array(x[0, 0], ndmin=2)  np.array([x, x], order='F')
np.asarray(x, dtype=np.float64, order='C')  np.asarray(x, copy=True)
x.astype(np.float64, copy=False)  np.einsum('ijk,ijk->i', x, x, dtype=np.float64)
np.einsum('ijk,ijl', x, x, casting='safe', order='C')  np.frexp(x)[0]  np.frexp(x)[1]
math.frexp(x[0, 0, 0])[0] * x[0, 0]  np.linalg.vector_norm(x, axis=(0, 1), ord=1)
np.linalg.vector_norm(x, axis=(0, 2), ord=3, keepdims=True)
np.fft.fftn(x).real  np.fft.fftn(x, axes=(0, 2)).imag
np.fft.fftn(x, s=(3, 4), axes=(0, 2), norm='ortho').imag  np.fft.ifftn(np.fft.fftn(x) * 2).real
np.fft.ifftn(x, axes=[1], norm='forward').imag  np.fft.rfft2(x).real
np.fft.rfft2(x, s=(3, 3), axes=(0, 1)).imag  np.fft.irfft2(x)
np.fft.irfft2(np.fft.rfft2(x, axes=(0, 2)) * 2, s=(2, 4), axes=(0, 2))  np.fft.rfftn(x).imag
np.fft.rfftn(x, axes=(0, 1), norm='ortho').imag  np.fft.irfftn(x)
np.fft.irfftn(np.fft.rfftn(x, axes=(1, 2)), s=(3, 4), axes=(1, 2))  np.fft.hfft(x)
np.fft.irfftn(np.fft.rfftn(x), s=x.shape)  np.linalg.norm(x, -1, axis=1)
np.fft.hfft(x, n=5, axis=1, norm='ortho')  np.fft.hfft(np.fft.ihfft(x), 4)
np.fft.ihfft(x).imag  np.fft.ihfft(x, n=5, axis=1, norm='forward').real
np.add.reduceat(x[0, 0], [0, 2, 3])  np.add.reduceat(x[0, 0], [0, 3, 2])
np.add.reduceat(x, [0, 2], axis=1)  np.multiply.reduceat(x[0, 0], [0, 2, 3])
np.maximum.reduceat(x[0, 0], [0, 2, 3])  np.minimum.reduceat(x, [0, 1, 0], axis=-1)
np.fmax.reduce(x, axis=1)  np.hypot.reduce(x, axis=1)  np.logaddexp2.reduce(x, axis=1)
np.divide.reduce(x, axis=1)  np.arctan2.reduce(x, axis=1)
np.bitwise_or.reduce(x.astype(int), axis=1)  np.fmax.accumulate(x, 2)
np.subtract.accumulate(x, axis=1)  np.logaddexp.accumulate(x, axis=1)
np.divide.accumulate(x, axis=1)
""",
    "vector with NaN": """
np.nansum(x, where=x > 0, initial=1.0)  np.nanvar(x, ddof=1)  np.nanmax(x, initial=0.5)
np.nanmean(x, where=np.arange(4) > 0)
""",
    "matrices": """
np.vectorize(lambda a, b: a @ b, signature='(m,n),(n)->(m)')(x, y[:, 0])
np.vectorize(np.outer, signature='(n),(m)->(n,m)')(x, y)
np.linalg.pinv(x, rtol=1e-10)  np.transpose(x, axes=(1, 0)) @ y
""",
    "table of float32": """
np.ediff1d(x, to_end=x[0, :2], to_begin=0.0)  np.gradient(x[0], np.array([0.0, 1, 3, 4]))
np.insert(x, [0, 2], 5.0, axis=1)  np.vectorize(lambda a: a * a + 1)(x)
np.vectorize(lambda a: a * a, otypes=[float])(x)
np.apply_along_axis(lambda r: r / 2.0, 1, x)  np.apply_along_axis(np.sum, 0, x)
np.linalg.norm(x, ord=0, axis=1)  np.linalg.matrix_power(x[:, :3], 0) + x[:, :3]
np.fft.fft(x, n=6).real  np.fft.ifft(x).real  np.angle(x, deg=True)
""",
    "float32": """
np.var(x, where=x > -1)  np.std(x, correction=1)  np.linspace(x[0], 2.0, 4, endpoint=False)
""",
}
"""Operands -> expressions, as in `calls_table`."""
