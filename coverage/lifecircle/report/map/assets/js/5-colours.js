// Colours and classes: from light to dark, so that colour-blind readers and grey printers keep them apart.

const RAMP = ['#f4ecc8', '#c3dbb0', '#93c7b3', '#56a3ad', '#2d7597', '#1c4a72'];
const SHARE_EDGES = [0, 0.2, 0.4, 0.6, 0.8, 0.95, 1];
const VERDICT_MARKS = { met: '✓', borderline: '≈', short: '✕', no_data: '—' };
const INK = '#22303c';
const PAPER = '#f8f6f0';
const WATER = '#c5d8e2';
const GREEN = '#5f8a4e';
const ODD = '#7b4ea3';
const UNSERVED = 'rgba(205, 66, 42, 0.82)';
const LAYER_COLOURS = ['#1b1b1b', '#b3478a', '#b86e00', '#00695c', '#4b4fb5', '#8c2d19', '#5d6b00'];
const LAYER_SIDES = [0, 4, 3]; // circle, diamond, triangle: layers beyond the colours change their shape

const layerColour = (layer) => LAYER_COLOURS[layer % LAYER_COLOURS.length];
const layerSides = (layer) => LAYER_SIDES[Math.floor(layer / LAYER_COLOURS.length) % LAYER_SIDES.length];

/** Edges of the six classes: fixed for shares; equal steps up to the largest value of all runs otherwise. */
function edges() {
  const figures = shownAreas().flatMap((area) => runs.map((run) => figureOf(run, area)));
  if (figures.every((figure) => figure.share)) return { share: true, at: SHARE_EDGES };
  const most = Math.max(...figures.map((figure) => Math.max(figure.value ?? 0, figure.target ?? 0)), 1e-9);
  return { share: false, at: [...RAMP.keys(), RAMP.length].map((i) => (most * i) / RAMP.length) };
}

function classOf(value, at) {
  let index = 0;
  while (index < RAMP.length - 1 && value >= at[index + 1] - 1e-12) index++;
  return index;
}

/** Diagonal grey lines: nothing is known here. */
const hatch = once(() => {
  const tile = el('canvas', { width: 8, height: 8 });
  const pen = tile.getContext('2d');
  Object.assign(pen, { fillStyle: '#e4e2dd', strokeStyle: '#a5a39d', lineWidth: 1.2 });
  pen.fillRect(0, 0, 8, 8);
  for (const start of [-8, 0, 8]) {
    pen.moveTo(start, 8);
    pen.lineTo(start + 8, 0);
  }
  pen.stroke();
  return pen.createPattern(tile, 'repeat');
});

const leaves = areas.filter((area) => area.level === leafLevel);
const mostPeople = Math.max(1, ...leaves.map((area) => area.people));
/** Width of the middle one of the smallest areas, on the grid. */
const usualWidth = leaves.map(({ box }) => box[2] - box[0]).sort((a, b) => a - b)[leaves.length >> 1];
/** Radius in pixels of the dot for some unserved people, its area in proportion; from afar all dots shrink. */
const dotRadius = (count, k) => Math.max(Math.min(15, 0.4 * usualWidth * k) * Math.sqrt(count / mostPeople), 1);
