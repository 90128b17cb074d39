import * as echarts from 'echarts';
import { digits, spread } from './verdict.mjs';

const CHARTED = [
  'uncontended acquireAndRelease',
  'contended thousand',
  'rw-lock mostlyReads',
  'mapping asyncMapper',
  'batches adds',
  'operations timeouts',
  'operations firstTry',
];
const OURS = /^(AsyncMutex|AsyncRwLock|concurrentMap|BatchProcessor|withTimeout|retryWithBackoff)/;
const BAR = 20;
const HEAD = 34;

/**
 * Bars of the CPU time against the floor, a panel per scenario, on one logarithmic scale; as the text of an SVG. On a
 * card of its own colour, because a picture in a page knows nothing of the page's theme.
 */
export function chart({ version, scenarios }) {
  const panels = CHARTED.map((key) => scenarios.get(key))
    .map(({ title, results }) => ({ title, bars: barsOf(results) }))
    .filter(({ bars }) => bars.length > 0);
  let top = 64;
  const placed = panels.map((panel) => {
    const at = { ...panel, top, height: panel.bars.length * BAR };
    top += at.height + HEAD;
    return at;
  });
  const picture = echarts.init(null, null, { renderer: 'svg', ssr: true, width: 900, height: top });
  picture.setOption({
    animation: false,
    backgroundColor: '#ffffff',
    title: [
      { text: `CPU time, times the floor (dashed) — Node ${version}`, left: 20, top: 8, textStyle: { fontSize: 16 } },
      ...placed.map((panel) => ({
        text: panel.title,
        left: 20,
        top: panel.top - 22,
        textStyle: { fontSize: 13, color: '#24292f' },
      })),
    ],
    grid: placed.map(({ top, height }) => ({ left: 220, right: 80, top, height })),
    xAxis: placed.map((_, gridIndex) => ({ gridIndex, type: 'log', min: 0.5, max: 200, show: false })),
    yAxis: placed.map(({ bars }, gridIndex) => ({
      gridIndex,
      type: 'category',
      data: bars.map(({ name }) => name),
      axisTick: { show: false },
      axisLabel: { fontSize: 12, color: '#24292f' },
    })),
    series: placed.map(({ bars }, index) => ({
      type: 'bar',
      xAxisIndex: index,
      yAxisIndex: index,
      barWidth: BAR - 7,
      data: bars.map(({ name, ratio }) => ({
        value: ratio,
        itemStyle: { color: OURS.test(name) ? '#0b6e4f' : '#8c96a0' },
      })),
      markLine: {
        symbol: 'none',
        silent: true,
        lineStyle: { color: '#57606a', type: 'dashed', width: 1 },
        label: { show: false },
        data: [{ xAxis: 1 }],
      },
      label: {
        show: true,
        position: 'right',
        formatter: ({ value }) => `${digits(value)} ×`,
        fontSize: 12,
        color: '#24292f',
      },
    })),
  });
  const svg = picture.renderToSVGString();
  picture.dispose();
  return `${svg}\n`;
}

/** The dearest first, so that it stands at the bottom; without the floor itself. */
function barsOf(results) {
  return Object.entries(results)
    .map(([name, { ratios }]) => ({ name, ratio: spread(ratios).ratio }))
    .filter(({ ratio }) => ratio !== 1)
    .sort((one, other) => other.ratio - one.ratio);
}
