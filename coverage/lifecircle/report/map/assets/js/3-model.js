// What the runs say: the people within so many minutes, and the results of the plans, area by area.

const FIRST = content.minutes[0];
const LAST = content.minutes[1];
const MINUTES = LAST - FIRST + 1;

/** A function that gives an area's people within some minutes; see histograms.py. */
function readHistogram(packed) {
  const [rows, doubts] = [packed.rows, packed.doubts].map(unpacked);
  const doubtful = new Map(unpacked(packed.doubtful).map((area, row) => [area, row]));
  const sum = (numbers, from, count) => {
    let total = 0;
    for (let i = from; i < from + count; i++) total += numbers[i];
    return total / content.partsOfAPerson;
  };
  return (area, minutes) => {
    const from = area.row * (MINUTES + 2);
    const steps = minutes - FIRST;
    const change = doubtful.has(area.row) ? sum(doubts, doubtful.get(area.row) * (MINUTES - 1), steps) : 0;
    const [everyone, unknown] = [sum(rows, from, 1), sum(rows, from + 1, 1) + change];
    return { everyone, unknown, covered: sum(rows, from + 2, steps + 1), total: everyone - unknown };
  };
}

/** The results of one standard by area row. */
function readCells(packed) {
  const columns = (keys, scale) => keys.map((key) => withGaps(packed[key], scale));
  const [value, low, high, target] = columns(['value', 'low', 'high', 'target'], content.scale);
  const [covered, total, unknown, unserved] =
    columns(['covered', 'total', 'unknown', 'shortfallPeople'], content.partsOfAPerson);
  const [verdict, reason] = [packed.verdict, packed.reason].map(unpacked);
  const ofPeople = packed.share && ['people', 'target_group'].includes(packed.denominator);
  return new Map(summed(unpacked(packed.area)).map((area, i) => {
    const nobody = packed.reasons[reason[i]] === 'nobody' || (ofPeople && isFew(total[i] + unknown[i]));
    return [area, {
      share: packed.share, people: ofPeople, value: nobody ? null : value[i], low: low[i], high: high[i],
      target: target[i], covered: covered[i], total: total[i], unknown: ofPeople ? unknown[i] : 0,
      unserved: ofPeople ? unserved[i] : null, verdict: content.verdicts[verdict[i]], reason: packed.reasons[reason[i]],
      state: nobody ? 'few' : value[i] === null ? 'no_data' : 'known',
    }];
  }));
}

const keyOf = (...parts) => JSON.stringify(parts);
/** The parts of a run; a number stands for the part of the first run that it repeats. */
const partsOf = (run, key) => run[key].map((part) => (typeof part === 'number' ? content.runs[0][key][part] : part));

const runs = content.runs.map((run) => {
  const { layer, xy, name, initials } = run.facilities;
  const at = summed(unpacked(xy), 2);
  const lazily = (entries, read) => new Map(entries.map(([key, packed]) => [key, once(() => read(packed))]));
  return {
    name: run.name,
    facilities: unpacked(layer).map((code, row) => (
      { row, layer: code, name: name[row], initials: initials[row], x: at[2 * row], y: at[2 * row + 1] })),
    offers: run.offers.map((packed) => once(() => summed(unpacked(packed)))),
    reach: new Map(partsOf(run, 'reach').map((reach) => [keyOf(reach.service, reach.walker), {
      median: once(() => withGaps(reach.median, 10)),
      nearest: once(() => unpacked(reach.nearest)),
      people: lazily(Object.entries(reach.people), readHistogram),
    }])),
    results: lazily(partsOf(run, 'cells').map((cells) => [keyOf(cells.plan, cells.standard), cells]), readCells),
  };
});

const resultsOf = (run, standard) => run.results.get(keyOf(standard.plan, standard.id))?.() ?? new Map();
/** The walker for whom a service was searched: the chosen one, or else the first there is. */
const walkerOf = (service) => [state.walker, ...content.walkers.map(({ id }) => id)]
  .find((walker) => runs[0].reach.has(keyOf(service, walker)));
const reachOf = (run, service) => run.reach.get(keyOf(service, walkerOf(service)));

/** Everything the map can be coloured by: standards with results below the city, then services. */
const themes = [
  ...content.standards.map((standard) => {
    const level = smallestLevel(areas.filter((area) => area !== whole && resultsOf(runs[0], standard).has(area.row)));
    return { key: `standard/${standard.plan}/${standard.id}`, name: standard.name, standard, level };
  }).filter((theme) => theme.level),
  ...content.services.map(({ id, name }, index) => ({ key: `walk/${id}`, name, service: id, index, level: leafLevel })),
];

/** The covered people of an area within some minutes; the same rule as in the scores. */
function walkFigure(run, area, service, minutes = state.minutes) {
  const people = reachOf(run, service)?.people;
  const histogram = (people?.get(state.people) ?? people?.values().next().value)?.();
  if (!histogram) return { share: true, value: null, state: 'absent' };
  const { everyone, unknown, covered, total } = histogram(area, minutes);
  const figure = { share: true, people: true, value: null, covered, total, unknown };
  if (isFew(everyone)) return { ...figure, state: 'few' };
  if (total <= 0 || total < content.knownEnough * everyone) return { ...figure, state: 'no_data' };
  return { ...figure, value: covered / total, unserved: total - covered, state: 'known' };
}

/** What an area is coloured by. */
function figureOf(run, area, theme = state.theme) {
  if (theme?.service) return walkFigure(run, area, theme.service);
  return (theme && resultsOf(run, theme.standard).get(area.row)) ?? { share: true, value: null, state: 'absent' };
}

const shownAreas = () => areas.filter((area) => area.level === state.theme?.level);
const childrenOf = (area) => areas.filter((one) => one.parent === area.row);
const ancestorsOf = (area) => (area.parent < 0 ? [] : [...ancestorsOf(areas[area.parent]), areas[area.parent]]);
/** The groups that are outlined: those called outer (远郊), or all when none is. */
const outlined = () => {
  const groups = areas.filter((area) => area.level === 'group');
  return groups.some((group) => group.id === 'outer') ? groups.filter((group) => group.id === 'outer') : groups;
};
