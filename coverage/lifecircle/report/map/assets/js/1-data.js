// Reads the page's data block: packed text becomes numbers, shapes become paths on the grid.

const content = JSON.parse(document.getElementById('content').textContent);

/** Integers from base64 text: folded to one sign, seven bits a byte, the lowest first (see codec.py). */
function unpacked(text) {
  const bytes = atob(text);
  const numbers = [];
  let value = 0;
  let weight = 1;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes.charCodeAt(i);
    value += (byte & 127) * weight;
    weight *= 128;
    if (byte > 127) continue;
    numbers.push(value % 2 ? -(value + 1) / 2 : value / 2);
    value = 0;
    weight = 1;
  }
  return numbers;
}

/** Running sums; numbers `width` apart belong to the same column. */
function summed(steps, width = 1) {
  for (let i = width; i < steps.length; i++) steps[i] += steps[i - width];
  return steps;
}

/** Numbers in which 0 stands for a missing one; `null` where missing. */
const withGaps = (text, scale) => unpacked(text).map((n) => (n === 0 ? null : (n > 0 ? n - 1 : n) / scale));

/** A function that makes a value when first asked for it, and remembers it. */
function once(make) {
  let value;
  return () => (value ??= make());
}

/** The geometries of a packed shape, each with its path and its box [west, north, east, south] on the grid. */
function pathsOf(shape, closed) {
  const vertices = unpacked(shape.vertices);
  const xy = summed(unpacked(shape.xy), 2);
  let ring = 0;
  let at = 0;
  return unpacked(shape.rings).map((rings) => {
    const path = new Path2D();
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (const last = ring + rings; ring < last; ring++) {
      for (const end = at + 2 * vertices[ring], start = at; at < end; at += 2) {
        const x = xy[at];
        const y = xy[at + 1];
        if (at === start) path.moveTo(x, y);
        else path.lineTo(x, y);
        box[0] = Math.min(box[0], x);
        box[1] = Math.min(box[1], y);
        box[2] = Math.max(box[2], x);
        box[3] = Math.max(box[3], y);
      }
      if (closed) path.closePath();
    }
    return { path, box };
  });
}

/** Areas of all levels, the whole first; a group is an area without parent. */
const areas = (() => {
  const packed = content.areas;
  const [level, parent, people] = [packed.level, packed.parent, packed.people].map(unpacked);
  const anchors = summed(unpacked(packed.anchors), 2);
  const shapes = pathsOf(packed.shapes, true);
  return packed.id.map((id, row) => ({
    row, id, name: packed.name[row], initials: packed.initials[row], level: content.levels[level[row]],
    parent: parent[row], people: people[row], anchor: [anchors[2 * row], anchors[2 * row + 1]], ...shapes[row],
  }));
})();
const whole = areas[0];
/** The level of the smallest areas among some. */
const smallestLevel = (some) =>
  [...content.levels].reverse().find((level) => level !== 'group' && some.some((area) => area.level === level));
const leafLevel = smallestLevel(areas);
