import { expect, test } from 'vitest';
import type { Component } from '@/api/types';
import { hitRatio, partsOf, stepsOf } from './health';

const part = (state: Component['state'], essential = true): Component => ({ state, essential, latency_ms: 1 });

test('what is down comes first, then what is essential', () => {
  const found = partsOf({ a: part('ok', false), b: part('ok'), c: part('degraded', false), d: part('down', false) });
  expect(found.map(({ name }) => name)).toEqual(['d', 'c', 'b', 'a']);
});

test('the product below is told where the service tells it', () => {
  const [known, unknown] = partsOf({ a: { ...part('ok'), adapter: 'redis' } as Component, b: part('ok') });
  expect([known?.adapter, unknown?.adapter]).toEqual(['redis', '']);
});

test('a cache that nobody asked has no ratio', () => {
  expect(hitRatio(undefined)).toBeNull();
  expect(hitRatio({ hits: 0, misses: 0, errors: 0, size_bytes: 0 })).toBeNull();
  expect(hitRatio({ hits: 3, misses: 1, errors: 0, size_bytes: 0 })).toBe(0.75);
});

test('the steps of a self-test keep their order, and say where a block came from', () => {
  const steps = stepsOf({
    store_write_ms: 2.5,
    bus_ms: 0.3,
    worker: 'host:1',
    first_read_ms: 4,
    first_read_from: 'store',
    intact: true,
  });
  expect(steps).toEqual([
    { name: 'store_write', milliseconds: 2.5, from: null },
    { name: 'bus', milliseconds: 0.3, from: null },
    { name: 'first_read', milliseconds: 4, from: 'store' },
  ]);
});
