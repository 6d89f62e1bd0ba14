// The map itself: one canvas, drawn from the ground up; Leaflet moves and zooms it.

const NEAR_ZOOM = 12.25; // from here on the finer basemap is drawn
const WORLD = 2 * Math.PI * 6378137; // metres around the equator of Web Mercator

const detail = (picture) => ({ fills: pathsOf(picture.fills, true), lines: pathsOf(picture.lines, false) });
/** A function that gives a picture far or near, or nothing when the study has none. */
const picture = (name) => {
  const both = (content.pictures[name] ?? []).map((one) => once(() => detail(one)));
  return (view) => (both.length ? both[view.zoom >= NEAR_ZOOM ? 1 : 0]() : { fills: [], lines: [] });
};
const [water, green, streets, islands] = ['water', 'green', 'streets', 'islands'].map(picture);
/** Isochrones, each with its parts; a later run's repeat most parts of the first run's. */
const bands = once(() => {
  const all = [];
  for (const { shape, repeats, ...band } of content.pictures.bands ?? []) {
    const repeated = repeats ? unpacked(repeats.parts).map((part) => all[repeats.band].parts[part]) : [];
    all.push({ ...band, parts: [...repeated, ...pathsOf(shape, true)] });
  }
  return all;
});
const problems = once(() => {
  const { xy = '', reasons = [] } = content.pictures.problems ?? {};
  const at = summed(unpacked(xy), 2);
  return reasons.map((name, row) => ({ name, x: at[2 * row], y: at[2 * row + 1], problem: true }));
});

const pixelsPerMetre = () => L.CRS.EPSG3857.scale(map.getZoom() ?? NEAR_ZOOM) / WORLD;
function toGrid(latlng) {
  const metres = L.CRS.EPSG3857.project(latlng);
  return [metres.x - content.frame[0], content.frame[1] - metres.y];
}
const toLatLng = (x, y) => L.CRS.EPSG3857.unproject(L.point(x + content.frame[0], content.frame[1] - y));
const boundsOf = ([west, north, east, south]) => L.latLngBounds(toLatLng(west, north), toLatLng(east, south));

const Atlas = L.Renderer.extend({
  _initContainer() {
    this._container = L.DomUtil.create('canvas', 'atlas');
  },
  _update() {
    if (this._map._animatingZoom && this._bounds) return;
    L.Renderer.prototype._update.call(this);
    this.paint();
  },
  /** Draw everything; `view` says how positions on the grid become pixels of the canvas. */
  paint() {
    const canvas = this._container;
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    const size = this._bounds.getSize();
    const world = L.CRS.EPSG3857.scale(this._map.getZoom());
    const k = pixelsPerMetre();
    const corner = this._map.getPixelOrigin().add(this._bounds.min);
    const left = world / 2 + k * content.frame[0] - corner.x;
    const top = world / 2 - k * content.frame[1] - corner.y;
    Object.assign(canvas, { width: size.x * ratio, height: size.y * ratio });
    Object.assign(canvas.style, { width: `${size.x}px`, height: `${size.y}px` });
    L.DomUtil.setPosition(canvas, this._bounds.min);
    const split = this._map.containerPointToLayerPoint([(state.swipe ?? 1) * this._map.getSize().x, 0]);
    this.view = {
      pen: canvas.getContext('2d'), k, left, top, ratio, width: size.x, height: size.y, zoom: this._map.getZoom(),
      split: split.x - this._bounds.min.x, box: [-left / k, -top / k, (size.x - left) / k, (size.y - top) / k],
      place: (x, y) => [x * k + left, y * k + top], marks: [],
    };
    drawMap(this.view);
  },
});

const onGrid = ({ pen, k, left, top, ratio: r }) => pen.setTransform(k * r, 0, 0, k * r, left * r, top * r);
const onScreen = ({ pen, ratio: r }) => pen.setTransform(r, 0, 0, r, 0, 0);
const within = (box, x, y) => x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3];
const inView = ({ box: a }, { box: b }) => b[0] <= a[2] && b[2] >= a[0] && b[1] <= a[3] && b[3] >= a[1];

function fillAll(view, shapes, colour) {
  if (colour instanceof CanvasPattern) colour.setTransform(new DOMMatrix([1 / view.k, 0, 0, 1 / view.k, 0, 0]));
  view.pen.fillStyle = colour;
  for (const shape of shapes) if (inView(view, shape)) view.pen.fill(shape.path, 'evenodd');
}

function strokeAll(view, shapes, colour, pixels, dash = []) {
  Object.assign(view.pen, { strokeStyle: colour, lineWidth: pixels / view.k, lineJoin: 'round' });
  view.pen.setLineDash(dash.map((length) => length / view.k));
  for (const shape of shapes) if (inView(view, shape)) view.pen.stroke(shape.path);
  view.pen.setLineDash([]);
}

function drawMap(view) {
  onScreen(view);
  view.pen.clearRect(0, 0, view.width, view.height);
  eachSide(view, (run) => drawAreas(view, run));
  onGrid(view);
  drawGround(view);
  if (state.show.has('bands')) eachSide(view, (run) => drawBands(view, run));
  strokeAll(view, areas.filter((area) => area.level === 'district' || area === whole), 'rgba(34, 48, 60, 0.75)', 1.1);
  for (const group of state.show.has('outline') ? outlined() : []) {
    strokeAll(view, [group], 'rgba(34, 48, 60, 0.16)', 8);
    strokeAll(view, [group], INK, 1.8);
  }
  if (state.show.has('islands')) drawIslands(view);
  if (state.place) {
    strokeAll(view, [state.place], '#fff', 5);
    strokeAll(view, [state.place], INK, 2.5);
  }
  if (state.show.has('dots')) eachSide(view, (run) => drawDots(view, run));
  eachSide(view, (run) => drawFacilities(view, run));
  if (state.show.has('labels')) drawLabels(view);
}

/** Draw the first run; when comparing, only left of the divider, and the other run right of it. */
function eachSide(view, draw) {
  if (state.swipe === null) {
    draw(runs[0]);
    return;
  }
  for (const [run, from, to] of [[runs[0], 0, view.split], [runs[1], view.split, view.width]]) {
    view.pen.save();
    onScreen(view);
    view.pen.beginPath();
    view.pen.rect(from, 0, to - from, view.height);
    view.pen.clip();
    draw(run, from, to);
    view.pen.restore();
  }
}
