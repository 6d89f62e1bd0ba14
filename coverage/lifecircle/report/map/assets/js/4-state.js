// What the reader has chosen; kept in the address, so that a link or a reload shows the same.

const state = {
  lang: content.lang, theme: themes.find((theme) => theme.key === content.opens.theme) ?? null,
  walker: null, people: null, minutes: 15, place: null, spot: null,
  swipe: runs.length > 1 ? 0.5 : null, // where the divider stands; null when there is none
  layers: new Set(content.opens.layers), show: new Set(['facilities', 'dots', 'labels', 'outline', 'tiles']),
};
/** Whether an online background lies under the areas. */
const onTiles = () => content.study.tiles !== null && state.show.has('tiles');
const views = [];

/** Change some of the state and draw everything that depends on it. */
function change(update) {
  Object.assign(state, update);
  settle();
  writeAddress();
  for (const draw of views) draw();
}

/** Walkers and population columns for whom the theme's services were searched. */
function choices() {
  const asked = state.theme?.service ?? state.theme?.standard?.service;
  const services = content.services.map((service) => service.id).filter((id) => !asked || id === asked);
  const walker = content.walkers.filter(({ id }) => services.some((service) => runs[0].reach.has(keyOf(service, id))));
  const columns = new Set(services.flatMap((service) => [...(reachOf(runs[0], service)?.people.keys() ?? [])]));
  return { walker, people: content.people.filter(({ id }) => columns.has(id)) };
}

/** Keep the choices possible; a standard brings its own walker, people and minutes. */
function settle() {
  state.theme ??= themes.find((theme) => theme.standard?.kind === 'composite') ?? themes[0] ?? null;
  const standard = state.theme?.standard;
  if (standard?.service) Object.assign(state, { walker: standard.walker, people: standard.people });
  if (standard?.minutes) state.minutes = Math.round(standard.minutes);
  for (const what of ['walker', 'people']) {
    const possible = choices()[what];
    if (!possible.some(({ id }) => id === state[what])) state[what] = possible[0]?.id ?? null;
  }
  state.minutes = Math.min(Math.max(state.minutes, FIRST), LAST);
}

const placeKey = (area) => `${area.level}/${area.id}`;

function writeAddress() {
  const parts = new URLSearchParams({ lang: state.lang, min: state.minutes });
  if (state.theme) parts.set('show', state.theme.key);
  if (state.walker) parts.set('walker', state.walker);
  if (state.people) parts.set('people', state.people);
  if (state.place) parts.set('place', placeKey(state.place));
  if (runs.length > 1) parts.set('swipe', state.swipe === null ? 'off' : Math.round(state.swipe * 100));
  if (location.protocol !== 'about:') history.replaceState(null, '', `#${parts}`); // a notebook's frame has no address
}

/** Read the address; what it says wrongly is left as it was. */
function readAddress() {
  const parts = new URLSearchParams(location.hash.slice(1));
  const number = (key) => (/^\d+$/.test(parts.get(key) ?? '') ? Number(parts.get(key)) : null);
  const swipe = parts.get('swipe') === 'off' || runs.length < 2 ? null : Math.min(number('swipe') ?? 50, 100) / 100;
  Object.assign(state, {
    lang: ['zh', 'en'].includes(parts.get('lang')) ? parts.get('lang') : state.lang,
    theme: themes.find((theme) => theme.key === parts.get('show')) ?? state.theme,
    walker: parts.get('walker') ?? state.walker,
    people: parts.get('people') ?? state.people,
    minutes: number('min') ?? state.minutes,
    place: areas.find((area) => placeKey(area) === parts.get('place')) ?? null,
    swipe,
  });
}
