// The panel beside the map: the answer, the chosen place, the list of areas; and the legend.

const LONGEST_LIST = 40;
const BELOW = '\n→ '; // in narrow columns of tables the later run stands below the earlier one

function bar(share) {
  const node = el('span.bar', { 'aria-hidden': 'true' }, el('span'));
  node.firstChild.style.width = `${(share ?? 0) * 100}%`;
  return node;
}
function swatch(colour, kind = '') {
  const node = el(`span.swatch${kind}`, { 'aria-hidden': 'true' });
  node.style.background = colour;
  return node;
}
const layerSwatch = (layer) => swatch(layerColour(layer), `.mark.sides-${layerSides(layer)}`);
const themeText = () => (state.theme ? named(state.theme.name) : say('nothing'));
const reasonText = (reason) => (content.words[`reason_${reason}`] ? say(`reason_${reason}`) : reason);
const verdict = (figure) =>
  el(`span.verdict.${figure.verdict}`, {}, `${VERDICT_MARKS[figure.verdict]} ${say(`verdict_${figure.verdict}`)}`);
const link = (key, onclick, text) => el('button.link', { type: 'button', 'data-key': key, onclick }, text);

function drawWords() {
  if (document.body.dataset.lang === state.lang) return;
  document.body.dataset.lang = state.lang;
  document.documentElement.lang = state.lang === 'zh' ? 'zh-CN' : 'en';
  const name = [named(content.study.name), whole.level === 'city' ? '' : nameOf(whole)].filter(Boolean).join(' · ');
  document.title = `${name} · ${say('title')}`;
  byId('title').textContent = name;
  const told = runs.length > 1 ? runs.map((run) => named(run.name)).join(' → ') : content.study.date;
  byId('subtitle').textContent = [say('title'), told].filter(Boolean).join(' · ');
  const each = (selector, act) => document.querySelectorAll(selector).forEach(act);
  each('[data-say]', (node) => { node.textContent = say(node.dataset.say); });
  each('[data-label]', (node) => node.setAttribute('aria-label', say(node.dataset.label)));
  byId('language').lang = state.lang === 'zh' ? 'en' : 'zh-CN';
  byId('search').placeholder = say('search');
  byId('synthetic').hidden = !content.study.synthetic;
  const { credits, approval, tiles } = content.study;
  const number = approval && say('approval_number', { number: approval });
  fill(byId('credits'), el('h2', {}, say('credits')),
    ...[...credits.map(named), tiles?.attribution, number, tiles?.crs === 'GCJ-02' && say('gcj02')].filter(Boolean)
      .map((line) => el('p', {}, line)),
    el('p', {}, say('note', { fewest: content.fewest })));
}

/** What must be read on the map itself: its approval number, and whose background it is. */
function drawFine() {
  const { approval, tiles } = content.study;
  byId('fine').textContent =
    [approval && say('approval_number', { number: approval }), onTiles() && tiles.attribution].filter(Boolean).join(' · ');
}

/** The figure of the chosen place, or of the whole, as a large number and a sentence; one for each run. */
function drawAnswer() {
  const area = state.place ?? whole;
  fill(byId('answer'), el('h2', {}, nameOf(area)), ...runs.map((run) => {
    const figure = figureOf(run, area);
    return el('div.figure', {}, runs.length > 1 ? el('p.quiet', {}, named(run.name)) : null,
      el('p.big', {}, valueText(figure, state.theme?.standard)), el('p.sentence', {}, sentence(figure)),
      figure.verdict ? el('p', {}, verdict(figure), rangeText(figure)) : null,
      figure.unknown > 0 ? el('p.quiet', {}, say('unknown', { people: people(figure.unknown) })) : null);
  }), state.theme?.service ? curve(area) : null);
}

function sentence(figure) {
  const standard = state.theme?.standard;
  if (figure.state === 'few') return say('few', { fewest: content.fewest });
  if (figure.state === 'no_data') return figure.reason ? reasonText(figure.reason) : say('no_data_here');
  if (figure.state === 'absent') return say('absent');
  const column = content.people.find(({ id }) => id === (standard ? standard.people : state.people));
  const values = {
    name: themeText(), covered: people(figure.covered), total: people(figure.total), minutes: state.minutes,
    people: column ? named(column.name) : say('people_population'), target: standard && targetText(figure, standard),
  };
  return say(!standard ? 'covered' : figure.people ? 'standard_covered' : 'standard_value', values);
}

function rangeText(figure) {
  if (figure.low === null || figure.high === null) return '';
  const [low, high] = [figure.low, figure.high].map((value) => valueText({ ...figure, value }, state.theme.standard));
  return ` · ${say('range', { low, high })}`;
}

/** The share within each minute as a line, with the slider's minutes marked. */
function curve(area) {
  const [width, height] = [300, 64];
  const across = (minutes) => ((minutes - FIRST) / (MINUTES - 1)) * width;
  const svg = (tag, attributes) => {
    const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    return node;
  };
  const graph = svg('svg', { viewBox: `-4 -4 ${width + 8} ${height + 8}`, class: 'curve', role: 'img' });
  graph.setAttribute('aria-label', say('curve'));
  for (const [i, run] of runs.entries()) {
    const share = (_, m) => walkFigure(run, area, state.theme.service, FIRST + m).value;
    const shares = Array.from({ length: MINUTES }, share);
    if (shares.includes(null)) continue;
    const points = shares.map((value, m) => `${across(FIRST + m)},${height * (1 - value)}`).join(' ');
    if (i === 0) graph.append(svg('polygon', { points: `0,${height} ${points} ${width},${height}`, class: 'under' }));
    graph.append(svg('polyline', { points, class: `line line-${i}` }));
  }
  const now = across(state.minutes);
  graph.append(svg('line', { x1: now, x2: now, y1: -4, y2: height, class: 'now' }));
  graph.append(svg('line', { x1: 0, x2: width, y1: height, y2: height, class: 'axis' }));
  return graph;
}

/** Everything about the chosen place: where it lies, its services, what the plans say of it. */
function drawPlace() {
  const section = byId('place');
  const { place } = state;
  section.hidden = !place;
  if (!place) return;
  const close = { type: 'button', 'data-key': 'close', onclick: () => change({ place: null, spot: null }) };
  const up = (area) => [link(`up/${placeKey(area)}`, () => go(area), nameOf(area)), ' › '];
  fill(section, el('nav', { 'aria-label': say('inside') }, ...ancestorsOf(place).flatMap(up)),
    el('h2', {}, nameOf(place), el('button.close', close, say('close'))),
    el('p.quiet', {}, say('residents', { people: people(place.people) })),
    servicesTable(place), ...standardsOf(place));
}

function servicesTable(place) {
  const row = ({ id, name }) => {
    const [reach, other] = runs.map((run) => reachOf(run, id));
    const figure = walkFigure(runs[0], place, id);
    if (figure.state === 'absent') return null;
    const hidden = figure.state === 'few';
    const nearest = runs[0].facilities[reach.nearest()[place.row]];
    const minutes = [reach, other].filter(Boolean).map((one) => minutesText(one.median()[place.row]));
    const facility = () => link(`spot/${nearest.row}`, () => goSpot(nearest), nearest.name || say('unnamed'));
    const walker = content.walkers.find((one) => one.id === walkerOf(id));
    const head = el('th', { scope: 'row' }, headline(named(name)));
    if (walker.id !== state.walker) head.append(el('p.quiet', {}, named(walker.name)));
    return el('tr', {}, head, el('td', {}, hidden ? '—' : fromTo(minutes, BELOW)),
      el('td', {}, fromTo(runs.map((run) => valueText(walkFigure(run, place, id))), BELOW)),
      el('td', {}, hidden || !nearest ? '—' : facility()));
  };
  const heads = [say('service'), say('median'), say('within', { minutes: state.minutes }), say('nearest')];
  return el('table', {}, el('caption', {}, say('services')),
    el('thead', {}, el('tr', {}, ...heads.map((text) => el('th', { scope: 'col' }, text)))),
    el('tbody', {}, ...content.services.map(row)));
}

/** What each plan says of a place, in a fold of its own, promises that are not kept first. */
function standardsOf(place) {
  const order = ['short', 'borderline', 'no_data', 'met'];
  const folds = [...byId('place').querySelectorAll('details')];
  const isOpen = (plan, i) => (folds.length ? folds.some((fold) => fold.open && fold.dataset.plan === plan) : i === 0);
  const figuresOf = (standard) => runs.map((run) => resultsOf(run, standard).get(place.row)).filter(Boolean);
  const latest = (figures) => figures[figures.length - 1];
  const item = ({ standard, figures }) => {
    const values = fromTo(figures.map((figure) => valueText(figure, standard)));
    const turned = figures.some((figure) => figure.verdict !== latest(figures).verdict);
    const verdicts = (turned ? figures : figures.slice(0, 1)).flatMap((figure) => [' → ', verdict(figure)]).slice(1);
    const missing = figures.map(({ unserved }) => (unserved > 0 ? people(unserved) : '0'));
    const { reason } = latest(figures);
    return el('li', {}, el('p', {}, ...verdicts, ' ', named(standard.name)), el('p.quiet', {}, [
      `${values} (${say('target')} ${targetText(latest(figures), standard)})`, standard.clause,
      missing.some((count) => count !== '0') ? say('missing', { people: fromTo(missing) }) : '',
      reason ? reasonText(reason) : '',
    ].filter(Boolean).join(' · ')));
  };
  return content.plans.map(({ id, name }, i) => {
    const found = content.standards.filter(({ plan }) => plan === id)
      .map((standard) => ({ standard, figures: figuresOf(standard) }))
      .filter(({ figures }) => figures.length && latest(figures).reason !== 'not_judged')
      .sort((a, b) => order.indexOf(latest(a.figures).verdict) - order.indexOf(latest(b.figures).verdict));
    const count = (key) => found.filter(({ figures }) => latest(figures).verdict === key).length;
    const title = [named(name), ...order.filter(count).map((key) => `${VERDICT_MARKS[key]}\u00a0${count(key)}`)].join('  ');
    return found.length ? el('details', { open: isOpen(id, i), 'data-plan': id },
      el('summary', { 'data-key': `plan/${id}` }, title), el('ul.standards', {}, ...found.map(item))) : null;
  });
}

/** The groups, and the areas inside or beside the chosen one, the worst first, each with its bar. */
function drawLeague() {
  const { place } = state;
  const shown = place && childrenOf(place).length ? place : areas[place?.parent] ?? whole;
  const rank = ({ figure }) => figure.value ?? Number.MAX_VALUE;
  const rowsOf = (some) => some.map((area) => ({ area, figure: figureOf(runs[0], area) }))
    .filter(({ figure }) => figure.state !== 'absent').sort((a, b) => rank(a) - rank(b));
  const valuesOf = (area) => fromTo(runs.map((run) => valueText(figureOf(run, area), state.theme?.standard)));
  const item = ({ area, figure }) => {
    const unknown = figure.state === 'no_data';
    const chosen = { 'aria-pressed': String(area === place), 'data-key': `league/${placeKey(area)}` };
    return el('li', {}, el('button', { type: 'button', ...chosen, onclick: () => go(area) },
      el('span.name', {}, `${area.level === 'group' ? '◇ ' : ''}${nameOf(area)}`),
      el(unknown ? 'span.hatch' : 'span', {}, unknown ? say('no_data') : valuesOf(area)),
      figure.share ? bar(figure.value) : null));
  };
  const groups = rowsOf(shown === whole ? areas.filter((area) => area.level === 'group') : []);
  const inside = rowsOf(childrenOf(shown));
  fill(byId('league'), inside.length ? el('h2', {}, say('areas_of', { area: nameOf(shown) })) : null,
    inside.length ? el('p.quiet.printed', {}, say('lowest')) : null,
    el('ul.league', {}, ...[...groups, ...inside.slice(0, LONGEST_LIST)].map(item)),
    inside.length > LONGEST_LIST ? el('p.quiet.more', {}, say('more', { count: inside.length - LONGEST_LIST })) : null);
}

function drawLegend() {
  const { share, at } = edges();
  const { theme, show } = state;
  const figures = shownAreas().map((area) => figureOf(runs[0], area));
  const seen = (known) => figures.some((figure) => figure.state === known);
  const unit = share ? '%' : theme?.standard?.unit ? named(theme.standard.unit) : '';
  const edge = (value) => el('span', {}, formats.short.format(share ? value * 100 : value));
  const key = (when, sign, text) => (when ? el('li', {}, sign, text) : null);
  const chosen = theme?.service && show.has('facilities') ? content.services[theme.index].layers : [];
  const layers = [...new Set([...chosen, ...state.layers])];
  const minutes = shownBands(runs[0]).map((band) => band.minutes).reverse().join(', ');
  const dots = show.has('dots') && figures.some((figure) => figure.unserved >= content.fewest);
  byId('legend-title').textContent =
    say(theme?.service ? 'legend_walk' : 'legend_standard', { name: themeText(), minutes: state.minutes, unit });
  fill(byId('legend-body'),
    el('ul.ramp', {}, ...at.map((value, i) => el('li', {}, swatch(RAMP[i] ?? ''), edge(value)))),
    el('ul.keys', {}, key(seen('no_data'), swatch('', '.hatch'), say('no_data')),
      key(seen('few'), swatch(PAPER), say('few_key', { fewest: content.fewest })),
      key(dots, dotKey(), say('show_dots')),
      ...layers.map((layer) => key(true, layerSwatch(layer), headline(named(content.layers[layer].name)))),
      key(show.has('bands') && minutes, swatch('', '.band'), say('bands_key', { minutes })),
      key(show.has('islands') && content.pictures.islands, swatch('', '.islands'), say('show_islands')),
      key(show.has('problems') && content.pictures.problems, swatch(ODD, '.mark.sides-3'), say('show_problems')),
      key(runs.length > 1 && state.swipe === null, '', named(runs[0].name)),
      ...outlined().map((group) => key(show.has('outline'), swatch('', '.outline'), nameOf(group))),
      key(content.pictures.green && !onTiles(), swatch('', '.green'), say('green'))));
}

/** Two dots with the numbers they stand for: the largest of 1, 2, 5, 10, 20 … that may occur, and a fifth of it. */
function dotKey() {
  const ten = 10 ** Math.floor(Math.log10(mostPeople));
  const round = ten * [5, 2, 1].find((step) => step * ten <= mostPeople);
  return el('span.dots', {}, ...[round, round / 5].flatMap((count) => {
    const dot = el('span.dot', { 'aria-hidden': 'true' });
    dot.style.width = dot.style.height = `${2 * dotRadius(count, pixelsPerMetre())}px`;
    return [dot, formats.whole.format(count)];
  }));
}
