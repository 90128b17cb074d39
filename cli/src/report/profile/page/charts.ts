// The charts of the page, drawn with Observable Plot. Colours are custom properties of the page's style, so that dark
// mode and print need no second drawing.
import { axisX, axisY, barX, cell, gridX, plot, rectY, ruleX, ruleY, rectX, text } from '@observablehq/plot';
import { bucketEnd, type HistogramData } from '@lockwise/engine/profile';
import { duration } from '@lockwise/engine/profile';

const wait = 'var(--wait)';
const hold = 'var(--hold)';
const plain = { style: { background: 'none', fontSize: '12px', color: 'var(--text)' } } as const;

export interface Bar {
  readonly label: string;
  readonly value: number;
  readonly series?: string;
}

const shortened = (label: string) => (label.length > 44 ? `${label.slice(0, 20)}…${label.slice(-22)}` : label);

/** Horizontal bars of durations in ms, in the order given. */
export function durationBars(bars: readonly Bar[], color: 'wait' | 'hold') {
  return plot({
    ...plain,
    width: 1060,
    height: 40 + bars.length * 24,
    marginLeft: 310,
    marginRight: 70,
    x: { label: null, tickFormat: duration, grid: true, nice: true },
    y: { label: null, domain: bars.map(({ label }) => label), tickFormat: shortened },
    marks: [
      barX(bars, {
        x: 'value',
        y: 'label',
        fill: `var(--${color})`,
        title: ({ label, value }: Bar) => `${label}: ${duration(value)}`,
      }),
      text(bars, {
        x: 'value',
        y: 'label',
        text: ({ value }: Bar) => duration(value),
        dx: 6,
        textAnchor: 'start',
        fill: 'currentColor',
      }),
      ruleX([0]),
    ],
  });
}

/** Two bars per label, before above after. */
export function comparisonBars(bars: readonly Bar[], show: (value: number) => string) {
  const labels = [...new Set(bars.map(({ label }) => label))];
  return plot({
    ...plain,
    width: 1060,
    height: 40 + labels.length * 52,
    marginLeft: 310,
    marginRight: 70,
    x: { label: null, tickFormat: show, grid: true, nice: true },
    y: { axis: null, domain: ['before', 'after'], padding: 0.1 },
    fy: { label: null, domain: labels, tickFormat: shortened, axis: 'left' },
    marks: [
      barX(bars, {
        x: 'value',
        y: 'series',
        fy: 'label',
        fill: ({ series }: Bar) => (series === 'before' ? wait : hold),
        title: ({ label, series, value }: Bar) => `${label}, ${series}: ${show(value)}`,
      }),
      text(bars, {
        x: 'value',
        y: 'series',
        fy: 'label',
        text: ({ value }: Bar) => show(value),
        dx: 6,
        textAnchor: 'start',
        fill: 'currentColor',
      }),
      ruleX([0]),
    ],
  });
}

/** A histogram over a logarithmic axis of durations. */
export function histogramChart({ buckets }: HistogramData, color: 'wait' | 'hold') {
  const bins = buckets.map(([from, count]) => ({
    from: Math.max(from, 0.001),
    to: Math.max(bucketEnd(from), 0.002),
    count,
  }));
  return plot({
    ...plain,
    width: 500,
    height: 200,
    marginLeft: 50,
    x: { type: 'log', label: null },
    y: { label: null, grid: true, nice: true },
    marks: [
      axisX(decades(bins), { tickFormat: duration, label: null }),
      axisY({ ticks: 4, label: null }),
      rectY(bins, {
        x1: 'from',
        x2: 'to',
        y: 'count',
        fill: `var(--${color})`,
        title: ({ from, to, count }: (typeof bins)[number]) => `${duration(from)} to ${duration(to)}: ${count}`,
      }),
      ruleY([0]),
    ],
  });
}

/** The powers of ten within the bins, or their ends where there are none. */
function decades(bins: readonly { from: number; to: number }[]): number[] {
  const first = bins[0]!.from;
  const last = bins.at(-1)!.to;
  const powers = Array.from({ length: 12 }, (_, exponent) => 10 ** (exponent - 4));
  const within = powers.filter((power) => power >= first && power <= last);
  return within.length > 1 ? within : [first, last];
}

/** One request of the timeline: it waits, then holds. */
export interface Interval {
  readonly lane: number;
  readonly label: string;
  readonly asked: number;
  readonly granted: number | undefined;
  readonly ended: number;
}

/** Holders and waiters of one lock over time, in ms since the start. */
export function timelineChart(intervals: readonly Interval[], from: number, to: number) {
  const within = intervals.filter(({ asked, ended }) => ended >= from && asked <= to);
  const clip = (at: number) => Math.min(to, Math.max(from, at));
  const segments = within.flatMap(({ lane, label, asked, granted, ended }) => [
    {
      lane,
      label,
      x1: clip(asked),
      x2: clip(granted ?? ended),
      fill: wait,
      doing: granted === undefined ? 'gave up after' : 'waited',
      ms: (granted ?? ended) - asked,
    },
    ...(granted === undefined
      ? []
      : [{ lane, label, x1: clip(granted), x2: clip(ended), fill: hold, doing: 'held', ms: ended - granted }]),
  ]);
  const lanes = Math.max(1, ...within.map(({ lane }) => lane + 1));
  return plot({
    ...plain,
    width: 1060,
    height: 50 + lanes * 16,
    marginLeft: 20,
    marginRight: 20,
    x: { domain: [from, to], label: null, tickFormat: duration },
    y: { axis: null, domain: Array.from({ length: lanes }, (_, lane) => lane), type: 'band', padding: 0.15 },
    marks: [
      gridX({ stroke: 'currentColor', strokeOpacity: 0.15 }),
      rectX(segments, {
        x1: 'x1',
        x2: 'x2',
        y: 'lane',
        fill: 'fill',
        title: ({ label, doing, ms }: (typeof segments)[number]) => `${label} ${doing} ${duration(ms)}`,
      }),
    ],
  });
}

/** How long requests of one site waited behind holders of another. */
export interface WaitPair {
  readonly waiter: string;
  readonly holder: string;
  readonly waitMs: number;
}

export function pairsChart(pairs: readonly WaitPair[], waiters: readonly string[], holders: readonly string[]) {
  const most = Math.max(...pairs.map(({ waitMs }) => waitMs));
  return plot({
    ...plain,
    width: 1060,
    height: 190 + waiters.length * 28,
    marginLeft: 310,
    marginBottom: 150,
    x: { label: null, domain: [...holders], tickRotate: -30, tickFormat: shortened },
    y: { label: null, domain: [...waiters], tickFormat: shortened },
    marks: [
      cell(pairs, {
        x: 'holder',
        y: 'waiter',
        fill: wait,
        fillOpacity: ({ waitMs }: WaitPair) => 0.15 + 0.6 * (waitMs / most),
        inset: 1,
        title: ({ waiter, holder, waitMs }: WaitPair) => `${waiter} waited ${duration(waitMs)} behind ${holder}`,
      }),
      text(pairs, { x: 'holder', y: 'waiter', text: ({ waitMs }: WaitPair) => duration(waitMs), fill: 'currentColor' }),
    ],
  });
}
