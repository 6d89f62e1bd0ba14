// Words and numbers as people read them. Everything ends as a text node or an attribute, never as HTML.

const digits = (most, least = most) =>
  new Intl.NumberFormat('en', { minimumFractionDigits: least, maximumFractionDigits: most });
const formats = { whole: digits(0), tenths: digits(1), short: digits(2, 0) };
const SMALL_BASE = 1000; // among fewer people a tenth of a percent is less than one of them

/** A name in the page's language; areas and facilities have one name for both. */
const named = (name) => (typeof name === 'string' ? name : name[state.lang]);
const nameOf = (area) => named(area.level === 'city' ? content.study.name : area.name);

/** One of the page's own sentences with its values filled in. */
function say(key, values = {}) {
  const words = content.words[key];
  return words ? words[state.lang].replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all) : key;
}

const isFew = (count) => Math.round(count) < content.fewest;
/** A number of people; a few people are not counted out. */
const people = (count) => (count > 0 && isFew(count) ? `<${content.fewest}` : formats.whole.format(count));

function minutesText(minutes) {
  if (minutes === null) return say('no_data');
  if (minutes >= content.unreachable) return say('unreachable');
  return say('some_minutes', { minutes: formats.tenths.format(minutes) });
}

/** Chinese writes a number and its unit without a space. */
const withSign = (amount, unit) => (unit ? [amount, unit].join(state.lang === 'zh' ? '' : ' ') : amount);

function withUnit(value, standard) {
  return withSign(formats.short.format(value), standard?.unit ? named(standard.unit) : '');
}

/** The value of a result in its unit. */
function valueText(figure, standard) {
  if (figure.value === null) return '—';
  if (!figure.share) return withUnit(figure.value, standard);
  const plain = [0, 1].includes(figure.value) || (figure.people && figure.total < SMALL_BASE);
  return withSign(formats[plain ? 'whole' : 'tenths'].format(figure.value * 100), '%');
}

function targetText(figure, standard) {
  const sign = { '>=': '≥', '<=': '≤', about: '≈' }[standard.comparator] ?? standard.comparator;
  const target = figure.share ? withSign(formats.short.format(figure.target * 100), '%') : withUnit(figure.target, standard);
  return state.lang === 'zh' ? sign + target : `${sign} ${target}`;
}

/** What the runs say of the same thing: once where they agree, otherwise before and after. */
const fromTo = (texts, arrow = ' → ') => (texts.every((text) => text === texts[0]) ? texts.slice(0, 1) : texts).join(arrow);

/** Words that stand by themselves begin with a capital. */
const headline = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** An element with attributes, listeners (`onclick`) and children; strings become text, `null` nothing. */
function el(tag, attributes = {}, ...children) {
  const [name, ...classes] = tag.split('.');
  const node = document.createElement(name);
  if (classes.length) node.className = classes.join(' ');
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) node.addEventListener(key.slice(2), value);
    else if (value !== false) node.setAttribute(key, value === true ? '' : value);
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

/** Replace what a node holds; the focus stays on the control with the same `data-key`. */
function fill(node, ...children) {
  const key = node.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  node.replaceChildren(...children.filter((child) => child !== null));
  const again = key && [...node.querySelectorAll('[data-key]')].find((one) => one.dataset.key === key);
  if (again) again.focus({ preventScroll: true });
}

const byId = (id) => document.getElementById(id);
