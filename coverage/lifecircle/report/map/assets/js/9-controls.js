// The controls: what to show, for whom, within how long; search, comparison, keyboard. Then everything starts.

const map = window.map_lifecircle;
const atlas = new Atlas({ padding: 0.12 });
const isNarrow = () => window.matchMedia('(max-width: 760px)').matches;

/** Fit some bounds beside or above the legend, whichever leaves the larger map. */
function fit(area, options = {}) {
  const [width, height] = [byId('legend').offsetWidth + 28, byId('legend').offsetHeight + 28];
  const zoom = (x, y) => map.getBoundsZoom(boundsOf(area.box), false, L.point(x + 16, y + 16));
  const [left, bottom] = !isNarrow() && zoom(width, 16) > zoom(16, height) ? [width, 16] : [16, height];
  const top = isNarrow() && content.study.synthetic ? 48 : 16; // below the stamp
  const padding = { paddingTopLeft: [left, top], paddingBottomRight: [16, bottom] };
  map.fitBounds(boundsOf(area.box), { ...padding, maxZoom: 15, ...options });
}

function go(area) {
  change({ place: area === whole ? null : area, spot: null });
  fit(area);
  if (document.activeElement === document.body) byId('answer').focus({ preventScroll: true });
  if (isNarrow()) byId('answer').scrollIntoView();
}

function goSpot(spot) {
  change({ spot, layers: new Set([...state.layers, spot.layer]) });
  map.setView(toLatLng(spot.x, spot.y), Math.max(map.getZoom(), 15), { animate: false });
  showTip(map.latLngToContainerPoint(toLatLng(spot.x, spot.y)), { mark: { members: [spot] } });
}

function drawControls() {
  const option = (value, name) => el('option', { value }, headline(named(name)));
  const options = (list) => list.map(({ key, id, name }) => option(key ?? id, name));
  const group = (label, list) => (list.length ? el('optgroup', { label }, ...options(list)) : null);
  const ofPlan = ({ id, name }) => group(named(name), themes.filter(({ standard }) => standard?.plan === id));
  fill(byId('theme'), group(say('by_walk'), themes.filter(({ service }) => service)), ...content.plans.map(ofPlan));
  byId('theme').value = state.theme?.key ?? '';
  for (const [id, list] of Object.entries(choices())) {
    fill(byId(id), ...options(list));
    byId(id).value = state[id] ?? '';
  }
  byId('time').hidden = !state.theme?.service && !state.theme?.standard?.minutes;
  byId('who').hidden = !state.theme?.service;
  const text = say('some_minutes', { minutes: state.minutes });
  byId('minutes').value = state.minutes;
  byId('minutes').setAttribute('aria-valuetext', text);
  byId('minutes-shown').textContent = text;
}

function drawToggles() {
  const flip = (set, key, on) => new Set(on ? [...state[set], key] : [...state[set]].filter((one) => one !== key));
  const toggle = (set, key, text, sign = '') => el('label.toggle', {}, el('input', {
    type: 'checkbox', 'data-key': `${set}/${key}`, checked: state[set].has(key),
    onchange: (event) => change({ [set]: flip(set, key, event.target.checked) }),
  }), sign, ` ${text}`);
  const possible = {
    facilities: state.theme?.service, dots: true, labels: true, outline: outlined().length, bands: shownBands(runs[0]).length,
    islands: content.pictures.islands, problems: content.pictures.problems, tiles: content.study.tiles,
  };
  const shown = Object.keys(possible).filter((key) => possible[key]);
  const layers = content.layers.map(({ name }, i) => toggle('layers', i, headline(named(name)), layerSwatch(i)));
  fill(byId('shown'),
    el('fieldset', {}, el('legend', {}, say('show')), ...shown.map((key) => toggle('show', key, say(`show_${key}`)))),
    el('fieldset', {}, el('legend', {}, say('layers')), ...layers));
}

/** A moved slider asks about walking: from a standard it leads to the service that the standard is about. */
function moveMinutes(minutes) {
  const walk = themes.find((theme) => theme.service && theme.service === state.theme?.standard?.service);
  change({ minutes, theme: walk ?? state.theme });
}

/** The facilities of the runs, those of the second run only where they are new. */
const allFacilities = once(() => {
  const placeOf = (spot) => keyOf(spot.layer, spot.name, spot.x, spot.y);
  return [...new Map(runs.flatMap((run) => run.facilities).reverse().map((spot) => [placeOf(spot), spot])).values()];
});

/** Areas and facilities whose name or pinyin initials hold the text; those that begin with it come first. */
function search(text) {
  const wanted = text.trim().toLowerCase();
  const first = (list, name) => {
    const words = (one) => [name(one).toLowerCase(), one.initials];
    const begins = (one) => words(one).some((word) => word.startsWith(wanted));
    const found = list.filter((one) => words(one).some((word) => word.includes(wanted)));
    return found.sort((a, b) => begins(b) - begins(a)).slice(0, 6);
  };
  return wanted ? [...first(areas, nameOf), ...first(allFacilities(), (spot) => spot.name)] : [];
}

function startSearch() {
  const [input, list] = [byId('search'), byId('found')];
  let found = [];
  let at = -1;
  const item = (one, i) => el('li', {
    role: 'option', id: `found-${i}`, 'aria-selected': String(i === at), onpointerdown: () => choose(i),
  }, el('bdi', {}, one.level ? nameOf(one) : one.name), ' ',
  el('span.quiet', {}, one.level ? say(`level_${one.level}`) : named(content.layers[one.layer].name)));
  const set = (hits, index) => {
    [found, at] = [hits, index];
    list.hidden = !found.length;
    input.setAttribute('aria-expanded', String(found.length > 0));
    input.setAttribute('aria-activedescendant', found.length ? `found-${at}` : '');
    fill(list, ...found.map(item));
  };
  const choose = (i) => {
    const one = found[i];
    set([], -1);
    (one.level ? go : goSpot)(one);
  };
  input.addEventListener('input', () => set(search(input.value), 0));
  input.addEventListener('blur', () => set([], -1));
  input.addEventListener('keydown', (event) => {
    const act = {
      ArrowDown: () => set(found, (at + 1) % found.length), ArrowUp: () => set(found, (at || found.length) - 1),
      Enter: () => choose(at), Escape: () => set([], -1),
    }[event.key];
    if (!act || !found.length) return;
    act();
    event.preventDefault();
    event.stopPropagation();
  });
}

function drawComparison() {
  const on = state.swipe !== null;
  byId('compare').hidden = runs.length < 2;
  byId('compare').setAttribute('aria-pressed', String(on));
  byId('sides').hidden = !on;
  if (!on) return;
  byId('divider').value = Math.round(state.swipe * 100);
  for (const [i, id] of ['side-left', 'side-right'].entries()) byId(id).textContent = named(runs[i].name);
}

let waiting = false;
/** Paint the map once before the next frame, however often it is asked. */
function repaint() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    atlas.paint();
  });
}

function showTip(point, { mark: spot, area }) {
  const tip = byId('tip');
  tip.hidden = !spot && !area;
  if (tip.hidden) return;
  const size = map.getSize();
  const figure = area && figureOf(runs[state.swipe !== null && point.x > state.swipe * size.x ? 1 : 0], area);
  const value = { no_data: say('no_data'), few: say('few_key', { fewest: content.fewest }) }[figure?.state];
  const line = (name, note) => el('p', {}, el('bdi', {}, name), ' ', el('span.quiet', {}, note));
  const kind = (one) => (one.problem ? say('problem') : named(content.layers[one.layer].name));
  fill(tip, ...(spot ? spot.members.slice(0, 6).map((one) => line(named(one.name) || say('unnamed'), kind(one)))
    : [line(nameOf(area), value ?? valueText(figure, state.theme?.standard))]),
    spot?.members.length > 6 ? el('p.quiet', {}, say('more', { count: spot.members.length - 6 })) : null);
  const x = Math.min(point.x + 14, size.x - tip.offsetWidth - 6);
  const y = Math.min(point.y + 14, size.y - tip.offsetHeight - 6);
  tip.style.transform = `translate(${x}px, ${y}px)`;
}

function startPointer() {
  map.on('mousemove', ({ containerPoint }) => showTip(containerPoint, under(containerPoint)));
  map.on('mouseout movestart', () => showTip(null, {}));
  map.on('click', ({ containerPoint }) => {
    const { mark: spot, area } = under(containerPoint);
    const crowd = spot?.members.length > 1 && map.getZoom() < ALWAYS_SINGLE_ZOOM;
    if (crowd) map.setView(toLatLng(spot.x, spot.y), map.getZoom() + 2);
    else change({ place: area ?? null, spot: spot?.members[0] ?? null });
    if (spot) showTip(containerPoint, { mark: spot });
    else if (area && isNarrow()) byId('answer').scrollIntoView();
  });
}

function startMap() {
  map.setMaxZoom(18);
  map.setMinZoom(map.getBoundsZoom(boundsOf(whole.box)) - 1);
  map.setMaxBounds(boundsOf(whole.box).pad(1));
  L.control.zoom({ position: 'topright' }).addTo(map);
  L.control.scale({ imperial: false, position: 'bottomright' }).addTo(map);
  map.addLayer(atlas);
}

const background = once(() => L.tileLayer(content.study.tiles.url, { maxZoom: 18, maxNativeZoom: 18 }));
function drawBackground() {
  if (onTiles()) map.addLayer(background());
  else if (content.study.tiles) map.removeLayer(background());
}

function startControls() {
  const on = (id, event, act) => byId(id).addEventListener(event, (happened) => act(happened.target.value));
  Object.assign(byId('minutes'), { min: FIRST, max: LAST });
  byId('ticks').append(...[5, 10, 15, 20, 25, 30].map((minutes) => {
    const node = el('span', {}, String(minutes));
    node.style.left = `${((minutes - FIRST) / (MINUTES - 1)) * 100}%`;
    return node;
  }));
  on('minutes', 'input', (value) => moveMinutes(Number(value)));
  on('theme', 'change', (chosen) => change({ theme: themes.find(({ key }) => key === chosen) }));
  on('walker', 'change', (walker) => change({ walker }));
  on('people', 'change', (column) => change({ people: column }));
  on('language', 'click', () => change({ lang: state.lang === 'zh' ? 'en' : 'zh' }));
  on('print', 'click', () => window.print());
  on('compare', 'click', () => change({ swipe: state.swipe === null ? 0.5 : null }));
  on('divider', 'input', (value) => change({ swipe: Number(value) / 100 }));
  map.on('move', () => { if (state.swipe !== null) repaint(); });
  map.on('zoomend', drawLegend);
  byId('legend').open = !isNarrow();
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') change({ place: null, spot: null });
    if (event.key !== '/' || event.target === byId('search')) return;
    event.preventDefault();
    byId('search').focus();
  });
  const panel = document.querySelector('.panel');
  let seen = null;
  let scrolled = 0;
  const plate = (printing) => {
    seen = printing ? map.getBounds() : seen;
    scrolled = printing ? panel.scrollTop : scrolled;
    document.body.classList.toggle('plate', printing);
    panel.scrollTop = printing ? 0 : scrolled;
    map.invalidateSize({ animate: false });
    map.fitBounds(seen, { animate: false });
  };
  window.addEventListener('beforeprint', () => plate(true));
  window.addEventListener('afterprint', () => plate(false));
  window.addEventListener('hashchange', () => {
    readAddress();
    change({});
  });
}

readAddress();
settle();
startMap();
startControls();
startSearch();
startPointer();
views.push(drawWords, drawControls, drawToggles, drawComparison, repaint);
views.push(drawAnswer, drawPlace, drawLeague, drawLegend, drawBackground, drawFine);
change({});
fit(state.place ?? whole, { animate: false });
document.body.classList.add('ready');
