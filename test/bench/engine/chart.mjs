import * as echarts from 'echarts';
import { spreadOf } from './figures.mjs';

const COLOURS = { ripgrep: '#9aa5b1', 'lockwise check, cold': '#1a7f5a', 'lockwise check, warm': '#5cb88f' };

/** Bars of the CPU time of every program, by tree, on a logarithmic scale; as the text of an SVG on white, for light and dark pages alike. */
export function chart(corpora) {
  const names = [...new Set(corpora.flatMap(({ usages }) => Object.keys(usages)))];
  const picture = echarts.init(null, null, {
    renderer: 'svg',
    ssr: true,
    width: 1000,
    height: 120 + corpora.length * names.length * 24,
  });
  picture.setOption({
    animation: false,
    backgroundColor: '#ffffff',
    title: { text: 'CPU time of a check (milliseconds; shorter is better)', left: 'center' },
    legend: { bottom: 0 },
    grid: { left: 230, right: 70, top: 40, bottom: 60 },
    xAxis: { type: 'log', min: 10 },
    yAxis: {
      type: 'category',
      inverse: true,
      data: corpora.map(({ title }) => title),
      axisLabel: { width: 210, overflow: 'break' },
    },
    series: names.map((name) => ({
      name,
      type: 'bar',
      itemStyle: { color: COLOURS[name] ?? (name.includes('typed') ? '#8a5a9e' : '#c4763c') },
      data: corpora.map(({ usages }) =>
        usages[name] ? Math.round(spreadOf(usages[name].map(({ cpu }) => cpu)).median) : null,
      ),
      label: { show: true, position: 'right', fontSize: 11 },
    })),
  });
  const svg = picture.renderToSVGString();
  picture.dispose();
  return `${svg}\n`;
}
