import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { describe, expect, it } from 'vitest';
import { AsyncMutex } from '@lockwise/runtime';
import { enableLockMetrics } from '@lockwise/runtime/otel';

describe('OpenTelemetry bridge', () => {
  it('records waits, holds, the queue and what was abandoned', async () => {
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
    const provider = new MeterProvider({ readers: [reader] });
    const disable = enableLockMetrics({ meter: provider.getMeter('test') });
    const mutex = new AsyncMutex(undefined, { name: 'orders' });
    const guard = await mutex.acquire();
    const late = mutex.acquire({ timeout: 1 });
    const next = mutex.acquire();
    await expect(late).rejects.toThrow();
    guard.release();
    (await next).release();
    disable();
    await mutex.withLock(() => {});
    await reader.forceFlush();
    const metrics = exporter.getMetrics()[0]!.scopeMetrics[0]!.metrics;
    const told = Object.fromEntries(
      metrics.map(({ descriptor, dataPoints }) => {
        const [{ value, attributes }] = dataPoints as [(typeof dataPoints)[0]];
        return [descriptor.name, [typeof value === 'number' ? value : (value as { count: number }).count, attributes]];
      }),
    );
    const orders = { 'lock.kind': 'AsyncMutex', 'lock.name': 'orders' };
    expect(told).toEqual({
      'lock.wait.duration': [1, orders],
      'lock.hold.duration': [2, orders],
      'lock.waiters': [0, orders],
      'lock.abandoned': [1, { ...orders, 'lock.reason': 'timeout' }],
    });
    await provider.shutdown();
  });
});
