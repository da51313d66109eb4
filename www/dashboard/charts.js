// Draws what a page's JSON holds; without it, the tables say the same.

/** Of p50, p75, p95. */
const COLOURS = ['#6b8fb5', '#0b6bb8', '#b35900'];

/** For uPlot: from so many seconds between ticks on, how each is written, and what begins a new day. */
const TICKS = [
  [86400, '{DD}/{MM}', null, null, null, null, null, null, 0],
  [3600, '{HH}:{mm}', '\n{DD}/{MM}', null, '\n{DD}/{MM}', null, null, null, 0],
  [1, '{HH}:{mm}', null, null, null, null, null, null, 0],
];

const holder = document.getElementById('series');
const told = holder && JSON.parse(holder.textContent);
const style = getComputedStyle(document.documentElement);
const ink = style.getPropertyValue('--ink');
const line = style.getPropertyValue('--line');
const { lang } = document.documentElement;
const zone = holder && holder.dataset.zone;

/** As on the rest of the page: cut off, not rounded. */
function show(ms, unit) {
  if (ms == null) return '–';
  const cut = unit == 's' ? Math.floor(ms / 10) / 100 : Math.floor(ms);
  return cut.toLocaleString(lang) + ' ' + unit;
}

/** What developers said, as in the list: a line where it was, and its number. */
function mark(plot) {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = ink;
  ctx.setLineDash([2, 3]);
  ctx.textAlign = 'center';
  told.notes.forEach((at, index) => {
    const x = Math.round(plot.valToPos(at, 'x', true));
    if (x < bbox.left || x > bbox.left + bbox.width) return;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.fillText(index + 1, x, bbox.top - 2);
  });
  ctx.restore();
}

function draw(figure) {
  const { of, limit, unit, parts } = figure.dataset;
  const scale = unit == 's' ? 1000 : 1;
  const place = figure.querySelector('.plot');
  const names = parts.split('|');
  const data = [told.at, ...told[of], told.at.map(() => +limit)];
  const axis = { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
  const width = () => place.clientWidth;
  const plot = new uPlot(
    {
      width: width(),
      height: 220,
      hooks: { draw: [mark] },
      tzDate: (at) => uPlot.tzDate(new Date(at * 1000), zone),
      scales: { y: { range: (_, __, most) => [0, Math.max(most, +limit) * 1.1] } },
      axes: [
        { ...axis, values: TICKS },
        { ...axis, size: 76, values: (_, ticks) => ticks.map((tick) => (tick / scale).toLocaleString(lang) + ' ' + unit) },
      ],
      series: [
        { label: figure.dataset.when, value: (_, at) => (at == null ? '–' : new Date(at * 1000).toLocaleString(lang, { timeZone: zone })) },
        ...COLOURS.map((stroke, at) => ({
          label: names[at],
          stroke,
          width: at == 1 ? 3 : 1.5,
          spanGaps: false,
          points: { show: told.at.length < 40 },
          value: (_, ms) => show(ms, unit),
        })),
        { label: names[3], stroke: '#c0392b', width: 1.5, dash: [6, 4], points: { show: false }, value: (_, ms) => show(ms, unit) },
      ],
    },
    data,
    place,
  );
  addEventListener('resize', () => plot.setSize({ width: width(), height: 220 }));
}

if (told && told.at.length > 1) document.querySelectorAll('figure[data-of]').forEach(draw);
