// What is drawn on the map, layer by layer, and what lies under the pointer.

const CELL = 64; // pixels of the grid in whose cells many facilities become one mark
const CROWD = 150; // so many in view are still drawn one by one
const ALWAYS_SINGLE_ZOOM = 16;
const LABELS = { // how the names of a level are written, and how many times its name's width an area must be wide
  district: { font: '600 14px', room: 0.7 },
  street: { font: '600 11.5px', room: 2 },
  community: { font: '11px', room: 1.2 },
};
const ABOVE_TILES = 0.62; // how opaque areas are above an online background
const BELOW_BANDS = 0.4; // and below isochrones
const NEAR_WIDTH = 80; // pixels of the usual community from which on streets go without their names
const fontFamily = once(() => getComputedStyle(document.body).fontFamily);

function drawAreas(view, run) {
  onGrid(view);
  const { at } = edges();
  const visible = shownAreas().filter((area) => inView(view, area));
  const below = state.show.has('bands') && shownBands(run).length > 0;
  view.pen.globalAlpha = (onTiles() ? ABOVE_TILES : 1) * (below ? BELOW_BANDS : 1);
  for (const area of visible) {
    const { state: known, value } = figureOf(run, area);
    fillAll(view, [area], known === 'known' ? RAMP[classOf(value, at)] : known === 'no_data' ? hatch() : PAPER);
  }
  view.pen.globalAlpha = 1;
  strokeAll(view, visible, 'rgba(255, 255, 255, 0.7)', Math.min(1, 0.02 * usualWidth * view.k));
}

function drawGround(view) {
  if (onTiles()) return;
  const near = view.zoom >= NEAR_ZOOM;
  strokeAll(view, green(view).fills, GREEN, 1, [1, 2]);
  fillAll(view, water(view).fills, WATER);
  strokeAll(view, water(view).lines, WATER, near ? 2.5 : 1.2);
  strokeAll(view, streets(view).lines, 'rgba(90, 84, 74, 0.4)', near ? 2.4 : 0.9);
  if (near) strokeAll(view, streets(view).lines, 'rgba(255, 252, 244, 0.95)', 1.3);
}

function drawIslands(view) {
  const lines = Object.values(islands(view)).flat();
  strokeAll(view, lines, 'rgba(255, 255, 255, 0.9)', 4.4);
  strokeAll(view, lines, ODD, 2.4, [5, 3]);
}

const shownBands = (run) => bands().filter((band) =>
  runs[band.run] === run && band.service === state.theme?.service && band.walker === state.walker);

function drawBands(view, run) {
  onGrid(view);
  for (const band of shownBands(run)) {
    fillAll(view, band.parts, 'rgba(123, 78, 163, 0.2)');
    if (view.zoom >= NEAR_ZOOM) strokeAll(view, band.parts, ODD, 0.8);
  }
}

function drawDots(view, run) {
  onScreen(view);
  Object.assign(view.pen, { fillStyle: UNSERVED, strokeStyle: '#fff', lineWidth: 0.7 });
  for (const area of shownAreas()) {
    const { unserved } = figureOf(run, area);
    if (unserved >= content.fewest && inView(view, area)) {
      mark(view.pen, view.place(...area.anchor), dotRadius(unserved, view.k));
    }
  }
}

/** A filled and outlined circle, or a polygon of some sides. */
function mark(pen, [x, y], radius, sides = 0) {
  pen.beginPath();
  if (!sides) pen.arc(x, y, radius, 0, 2 * Math.PI);
  for (let i = 0; i < sides; i++) {
    const angle = (2 * Math.PI * i) / sides - Math.PI / 2;
    pen.lineTo(x + 1.25 * radius * Math.cos(angle), y + 1.25 * radius * Math.sin(angle));
  }
  pen.closePath();
  pen.fill();
  pen.stroke();
}

/** What is marked: facilities of the chosen service and of the layers switched on, and problems. */
function shownSpots(run) {
  const chosen = state.show.has('facilities') && state.theme?.service ? run.offers[state.theme.index]() : [];
  const rows = new Set(chosen.map((row) => run.facilities[row]));
  if (state.layers.size) for (const one of run.facilities) if (state.layers.has(one.layer)) rows.add(one);
  return [...rows, ...(state.show.has('problems') ? problems() : [])];
}

/** Spots in view as marks {x, y, members}, gathered in the cells of a grid where there are many. */
function marksOf(view, spots) {
  const seen = spots.filter(({ x, y }) => within(view.box, x, y));
  if (seen.length <= CROWD || view.zoom >= ALWAYS_SINGLE_ZOOM) return seen.map((one) => ({ ...one, members: [one] }));
  const cells = new Map();
  for (const one of seen) {
    const key = `${Math.floor((one.x * view.k) / CELL)},${Math.floor((one.y * view.k) / CELL)}`;
    if (!cells.has(key)) cells.set(key, []);
    cells.get(key).push(one);
  }
  const mean = (members, axis) => members.reduce((sum, one) => sum + one[axis], 0) / members.length;
  return [...cells.values()].map((members) => ({ x: mean(members, 'x'), y: mean(members, 'y'), members }));
}

function drawFacilities(view, run, from = 0, to = view.width) {
  onScreen(view);
  const { pen } = view;
  Object.assign(pen, { textAlign: 'center', textBaseline: 'middle', font: `600 10px ${fontFamily()}`, lineWidth: 1.3 });
  for (const { x, y, members } of marksOf(view, shownSpots(run))) {
    const [first] = members;
    const at = view.place(x, y);
    const colour = first.problem ? ODD : layerColour(first.layer);
    if (at[0] >= from && at[0] <= to) view.marks.push({ x, y, members });
    if (members.length === 1) {
      Object.assign(pen, { fillStyle: colour, strokeStyle: '#fff' });
      const radius = first === state.spot ? 8 : view.zoom < NEAR_ZOOM ? 3.4 : 4.6;
      mark(pen, at, radius, first.problem ? 3 : layerSides(first.layer));
    } else {
      const alike = members.every((one) => one.layer === first.layer);
      Object.assign(pen, { fillStyle: 'rgba(255, 255, 255, 0.92)', strokeStyle: alike ? colour : INK });
      mark(pen, at, 5 + 2.2 * String(members.length).length);
      pen.fillStyle = INK;
      pen.fillText(members.length, at[0], at[1] + 0.5);
    }
  }
}

/** Names, the larger areas first; one that finds no room is left out. */
function drawLabels(view) {
  onScreen(view);
  const { pen } = view;
  const taken = view.marks.map((one) => view.place(one.x, one.y)).map(([x, y]) => ({ x, y, half: 6 }));
  Object.assign(pen, { textAlign: 'center', textBaseline: 'middle', lineJoin: 'round', lineWidth: 3.2 });
  for (const area of areas) {
    const style = LABELS[area.level];
    if (!style || !inView(view, area) || (area.level === 'street' && usualWidth * view.k > NEAR_WIDTH)) continue;
    pen.font = `${style.font} ${fontFamily()}`;
    const [x, middle] = view.place(...area.anchor);
    const y = middle + (area.level === state.theme?.level && state.show.has('dots') ? 15 : 0);
    const half = pen.measureText(nameOf(area)).width / 2 + 4;
    if (2 * half * style.room > (area.box[2] - area.box[0]) * view.k) continue;
    if (taken.some((one) => Math.abs(one.x - x) < one.half + half && Math.abs(one.y - y) < 17)) continue;
    taken.push({ x, y, half });
    Object.assign(pen, { strokeStyle: 'rgba(255, 255, 255, 0.85)', fillStyle: INK });
    pen.strokeText(nameOf(area), x, y);
    pen.fillText(nameOf(area), x, y);
  }
}

/** The mark, and the area, at a point of the map's window. */
function under(point) {
  const { view } = atlas;
  const [x, y] = toGrid(map.containerPointToLatLng(point));
  const near = (one) => Math.hypot(one.x - x, one.y - y) * view.k < (one.members.length > 1 ? 12 : 8);
  view.pen.setTransform(1, 0, 0, 1, 0, 0);
  return {
    mark: view.marks.find(near),
    area: shownAreas().find(({ box, path }) => within(box, x, y) && view.pen.isPointInPath(path, x, y, 'evenodd')),
  };
}
