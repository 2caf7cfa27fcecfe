// Three charts of the last ten minutes, drawn by uPlot.
import {$, h, put} from './dom.js';
import {count, percent, micros, clock} from './format.js';

const KEPT = 600;

// What is drawn: the column of the history, its name, and the variable of its color.
const charts = {
  'chart-rate': {format: count, range: [0, 10], series: [['httpPerSecond', 'HTTP', '--http'], ['respPerSecond', 'RESP', '--resp'],
    ['loadsPerSecond', 'to Redis', '--redis']]},
  'chart-ratio': {format: percent, range: [0, 1], fixed: true, series: [['httpHitRatio', 'HTTP', '--http'], ['respHitRatio', 'RESP', '--resp']]},
  'chart-latency': {format: micros, range: [0, 100], series: [['httpP99Micros', 'HTTP', '--http'], ['respP99Micros', 'RESP', '--resp'],
    ['loadP99Micros', 'Redis', '--redis']]},
};

let columns = {time: []};
const plots = new Map();

const style = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export function fill(history) {
  columns = history;
  redraw();
}

export function append(point) {
  if (columns.time.length && point.time <= columns.time.at(-1)) return;
  for (const name of Object.keys(columns)) {
    columns[name].push(point[name] ?? null);
    if (columns[name].length > KEPT) columns[name].shift();
  }
  redraw();
}

function redraw() {
  for (const [id, chart] of Object.entries(charts)) {
    const data = [columns.time.map(time => time / 1000), ...chart.series.map(([name]) => columns[name] ?? columns.time.map(() => null))];
    if (!plots.has(id)) plots.set(id, make(id, chart, data));
    else plots.get(id).setData(data);
    legend(id, chart);
  }
}

/** Makes the charts anew, in the colors that hold now. */
export function repaint() {
  for (const plot of plots.values()) plot.destroy();
  plots.clear();
  if (columns.time.length) redraw();
}

function legend(id, chart) {
  const last = name => columns[name]?.at(-1);
  put($(id).querySelector('.keys'), ...chart.series.map(([name, label, color]) =>
    h('span', {}, h('i', {class: color.slice(2)}), `${label} `, h('b', {}, chart.format(last(name))))));
}

function size(holder) {
  return {width: Math.max(120, holder.clientWidth - 16), height: holder.clientHeight - 10};
}

function make(id, chart, data) {
  const holder = $(id).querySelector('.plot');
  holder.setAttribute('role', 'img');
  holder.setAttribute('aria-label', `Chart of ${$(id).querySelector('h2').textContent}; the latest figures are in its heading`);
  const font = '12px system-ui, sans-serif';
  const axis = {stroke: style('--dim'), font, grid: {stroke: style('--grid'), width: 1}, ticks: {show: false}};
  return new uPlot({
    ...size(holder),
    legend: {show: false},
    cursor: {y: false, points: {size: 7}, drag: {x: false, y: false}, sync: {key: 'time'}},
    scales: {
      x: {range: (_, min, max) => [max - Math.min(KEPT, Math.max(120, max - min)), max]},
      y: {range: (_, __, max) => chart.fixed ? [0, 1.04] : [0, Math.max(chart.range[1], (max ?? 0) * 1.15)]},
    },
    axes: [
      {...axis, grid: {show: false}, space: 70, size: 26,
        values: (_, splits) => splits.map(split => clock(split * 1000).slice(0, 5))},
      {...axis, size: 62, space: 36, gap: 6, splits: chart.fixed ? () => [0, 0.25, 0.5, 0.75, 1] : undefined, values: (_, splits) => splits.map(split => chart.fixed ? `${Math.round(split * 100)}%` : chart.format(split))},
    ],
    series: [{}, ...chart.series.map(([, label, color]) => ({
      label, stroke: style(color), width: 2, points: {show: false},
      fill: chart.fixed ? undefined : plot => gradient(plot, style(color)),
      spanGaps: chart.fixed,
    }))],
    plugins: [tooltip(chart)],
  }, data, holder);
}

function gradient(plot, color) {
  const {top, height} = plot.bbox;
  const shade = plot.ctx.createLinearGradient(0, top, 0, top + height);
  shade.addColorStop(0, `${color}38`);
  shade.addColorStop(1, `${color}00`);
  return shade;
}

function tooltip(chart) {
  const box = h('div', {class: 'u-tooltip hidden'});
  return {hooks: {
    init: plot => plot.over.append(box),
    setCursor: plot => {
      const {left, idx} = plot.cursor;
      const outside = idx == null || left < 0;
      box.classList.toggle('hidden', outside);
      if (outside) return;
      put(box, h('div', {class: 'dim'}, clock(plot.data[0][idx] * 1000)), ...chart.series.map(([, label, color], index) =>
        h('div', {}, h('i', {class: color.slice(2)}), `${label} ${chart.format(plot.data[index + 1][idx])}`)));
      const width = plot.over.clientWidth;
      box.style.left = `${left > width / 2 ? left - box.offsetWidth - 12 : left + 12}px`;
      box.style.top = '4px';
    },
  }};
}

new ResizeObserver(() => {
  for (const [id, plot] of plots) {
    const holder = $(id).querySelector('.plot');
    const wanted = size(holder);
    if (wanted.width !== plot.width || wanted.height !== plot.height) plot.setSize(wanted);
  }
}).observe(document.querySelector('.charts'));
