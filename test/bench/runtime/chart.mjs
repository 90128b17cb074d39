import * as echarts from 'echarts';

const TITLES = {
  'uncontended acquireAndRelease': 'acquire and release a free lock',
  'contended thousand': 'a queue of 1,000',
  'rw-lock mostlyReads': 'readers-writer lock, 95 % reads',
  'mapping asyncMapper': 'map, 16 at a time',
  'batches adds': 'batches of 1,000',
  'operations timeouts': 'a limit on an operation',
  'operations firstTry': 'a retry that succeeds at once',
};

/** Bars of the cost against the floor, on a logarithmic scale; as the text of an SVG. */
export function chart({ version, scenarios }) {
  const bars = [];
  for (const [key, title] of Object.entries(TITLES)) {
    for (const [name, { ratio }] of Object.entries(scenarios.get(key) ?? {}))
      bars.push({ label: `${name} · ${title}`, name, ratio });
  }
  const shown = bars.filter(({ ratio }) => ratio !== 1).reverse();
  const picture = echarts.init(null, null, { renderer: 'svg', ssr: true, width: 1000, height: 60 + shown.length * 22 });
  picture.setOption({
    animation: false,
    title: { text: `CPU time against the floor (Node ${version}; shorter is better)`, left: 'center' },
    grid: { left: 360, right: 60, top: 40, bottom: 30 },
    xAxis: { type: 'log', min: 0.5, axisLabel: { formatter: '{value}×' } },
    yAxis: { type: 'category', data: shown.map(({ label }) => label), axisLabel: { fontSize: 11 } },
    series: [
      {
        type: 'bar',
        data: shown.map(({ name, ratio }) => ({
          value: Number(ratio.toFixed(2)),
          itemStyle: { color: OURS.test(name) ? '#1a7f5a' : '#9aa5b1' },
        })),
        label: { show: true, position: 'right', formatter: '{c}×', fontSize: 11 },
      },
    ],
  });
  const svg = picture.renderToSVGString();
  picture.dispose();
  return `${svg}\n`;
}

const OURS = /^(AsyncMutex|AsyncRwLock|concurrentMap|BatchProcessor|withTimeout|retryWithBackoff)/;
