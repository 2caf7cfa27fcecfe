// Small tools for elements. All text goes in as text: keys are chosen by clients.

export const $ = id => document.getElementById(id);

/** Makes an element: h('td', {class: 'num'}, 'text', child). */
export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value == null || value === false) continue;
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? '' : value);
  }
  element.append(...children.filter(child => child != null));
  return element;
}

export function put(target, ...children) {
  target.replaceChildren(...children.filter(child => child != null));
}

/** Sets the text if it is another one, so that screen readers hear what has changed alone. */
export function say(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

export function bar(part, kind = '') {
  const fill = h('i');
  fill.style.width = `${Math.max(0, Math.min(1, part || 0)) * 100}%`;
  return h('div', {class: `bar ${kind}`, 'aria-hidden': 'true'}, fill);
}

export function withBar(part, text, kind) {
  return h('div', {class: 'with-bar'}, bar(part, kind), h('span', {class: 'num'}, text));
}

export function tag(text, kind = '') {
  return h('span', {class: `tag ${kind}`}, text);
}

export function empty(title, text, code) {
  return h('div', {class: 'empty'}, h('b', {}, title), text ? h('span', {}, text) : null, code ? h('code', {}, code) : null);
}

/** A table of rows; a column is {title, class, cell(row)}. */
export function table(columns, rows, className = '') {
  const head = h('tr', {}, ...columns.map(column => h('th', {class: column.class, scope: 'col'}, column.title)));
  const body = rows.map(row => h('tr', {}, ...columns.map(column =>
    h('td', {class: column.class, 'data-label': column.title}, column.cell(row)))));
  return h('div', {class: 'table'}, h('table', {class: className}, h('thead', {}, head), h('tbody', {}, ...body)));
}

export function facts(pairs) {
  return h('dl', {class: 'facts'}, ...pairs.filter(Boolean).map(([name, value]) =>
    h('div', {}, h('dt', {}, name), h('dd', {}, value))));
}

/** Draws a part anew only if what it shows has changed, so that selections and the focus survive. */
const drawn = new Map();
export function draw(id, shown, make) {
  const text = JSON.stringify(shown);
  if (drawn.get(id) === text) return;
  drawn.set(id, text);
  put($(id), ...[make()].flat());
}
