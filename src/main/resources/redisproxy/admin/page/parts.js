// The parts of the page below the charts, each drawn from the state.
import {$, bar, draw, empty, facts, h, say, table, tag, withBar} from './dom.js';
import {bytes, clock, count, duration, micros, percent, whole} from './format.js';

const words = {
  UNKNOWN: 'not known yet', STANDALONE: 'one server', CLUSTER: 'Cluster', SENTINEL: 'by Sentinels',
  closed: 'answers', half_open: 'being tried', open: 'does not answer',
  tracking: 'reports writes', off: 'by TTL', disconnected: 'lost', refused: 'not offered',
};

const circuitKind = {closed: 'good', half_open: 'warn', open: 'bad'};
const trackingKind = {tracking: 'good', disconnected: 'bad', refused: 'warn'};
const worded = name => words[name] ?? name.replaceAll('_', ' ');

export function nodes(state, perSecond) {
  const redis = state.redis;
  const encrypted = redis.encrypted ? ', encrypted' : '';
  const watchers = redis.watchers ? `, ${redis.watchers.telling} of ${redis.watchers.known} tell where` : '';
  say($('topology'), `${worded(redis.topology)}${encrypted}${watchers}`);
  const shown = redis.nodes.map(node => ({...node, perSecond: perSecond(node)}));
  draw('nodes', shown, () => shown.length ? table([
    {title: 'Server', cell: node => h('span', {}, h('span', {class: 'key'}, node.address), ' ',
      h('span', {class: 'dim'}, node.role === 'ALONE' ? '' : node.role.toLowerCase()), node.slots ? h('span', {class: 'dim'}, `, ${whole(node.slots)} slots`) : null)},
    {title: 'State', cell: node => tag(worded(node.circuit), circuitKind[node.circuit])},
    {title: 'Writes', cell: node => tag(worded(node.tracking), trackingKind[node.tracking])},
    {title: 'Requests/s', class: 'num', cell: node => count(node.perSecond)},
    {title: 'Links', class: 'num', cell: node => `${node.linksInUse} of ${node.linksOpen} in use`},
    {title: 'Waiting', class: 'num', cell: node => node.queued ? `${count(node.queued)}, ${micros(node.longestWaitMillis * 1000)}` : 'none'},
    {title: 'Errors', class: 'num', cell: node => errors(node.errors)},
  ], shown, 'blocks') : empty('No server is known', 'Whoever tells where Redis is does not answer. Check these settings:', 'REDIS_URL or REDIS_HOST'));
}

function errors(kinds) {
  const names = {unreachable: 'unreachable', timedOut: 'timed out', refused: 'refused', errorReplies: 'error replies'};
  const found = Object.entries(names).filter(([key]) => kinds[key]).map(([key, name]) => `${whole(kinds[key])} ${name}`);
  const sum = Object.keys(names).reduce((total, key) => total + kinds[key], 0);
  return h('span', {title: found.join(', ') || 'no errors'}, count(sum));
}

function meter(name, used, most, show) {
  const part = most ? used / most : 0;
  return h('div', {class: 'meter'},
    h('div', {}, h('span', {}, name), h('span', {}, h('b', {}, show(used)), h('span', {class: 'dim'}, ` of ${show(most)}`))),
    bar(part, part > 0.97 ? 'warn' : ''));
}

export function memory(state) {
  const cache = state.cache;
  const shown = [cache, state.memory];
  say($('cache-note'), cache.evictions ? 'full at times' : '');
  draw('memory', shown, () => [
    meter('Entries', cache.entries, cache.maxEntries, count),
    meter('Memory of entries', cache.bytes, cache.maxBytes, bytes),
    meter('Absent keys', cache.absentEntries, cache.maxAbsentEntries, count),
    meter('Java heap', state.memory.heapUsed, state.memory.heapMax, bytes),
    facts([['Evicted', count(cache.evictions)], ['Expired', count(cache.expirations)],
      ['Written in Redis', count(cache.invalidations)], ['Flushes', count(cache.flushes)],
      ['Served stale', count(cache.staleServed)], ['Failed loads', count(cache.loadFailures)]]),
  ]);
}

/** What begins a command for the RESP port, once the settings tell which one that is. */
let client = 'redis-cli';

export function hotKeys(hot, ask) {
  say($('hot-note'), hot ? `over ${duration(hot.overSeconds)}` : '');
  draw('hot', [hot?.keys ?? 'none', client], () => hot?.keys.length ? table([
    {title: 'Key', class: 'key', cell: key => key.whole ? h('a', {href: '#lookup', onclick: () => ask(key.key)}, key.key) : key.key},
    {title: 'Share', class: 'w-l', cell: key => withBar(key.share, percent(key.share))},
    {title: 'Accesses', class: 'num w-m', cell: key => h('span', {title: `± ${whole(key.error)}`}, `≈ ${count(key.accesses)}`)},
  ], hot.keys, 'fit') : hot == null ? empty('Not counted', 'This proxy does not count how often each key is read.')
    : empty('No key has been read yet', 'The keys that are read most show up here. Read one:',
    `${client} GET some:key`));
}

export function prefixes(list) {
  say($('prefix-note'), list?.length ? 'up to the first : / or .' : '');
  draw('prefixes', list ?? 'none', () => list?.length ? table([
    {title: 'Prefix', class: 'key', cell: each => each.prefix || h('span', {class: 'dim'}, '(no prefix)')},
    {title: 'Hit ratio', class: 'w-l', cell: each => withBar(each.hits / each.accesses, percent(each.hits / each.accesses),
      each.hits / each.accesses > 0.5 ? 'good' : 'warn')},
    {title: 'Accesses', class: 'num w-m', cell: each => h('span', {title: `± ${whole(each.error)}`}, `≈ ${count(each.accesses)}`)},
  ], list, 'fit') : list == null ? empty('Not counted', 'This proxy does not count how often each key is read.')
    : empty('No prefixes yet', 'Keys are grouped by what is before their first “:”, “/” or “.”, such as user: in user:1042.'));
}

export function ports(state) {
  const rows = ['http', 'resp'].map(name => ({name, ...state.ports[name]}));
  draw('ports', rows, () => table([
    {title: 'Port', cell: port => h('span', {}, h('b', {}, port.name.toUpperCase()))},
    {title: 'Requests', class: 'num', cell: port => count(port.requests)},
    {title: 'Hit ratio', class: 'num', cell: port => percent(port.hits + port.misses ? port.hits / (port.hits + port.misses) : null)},
    {title: 'Errors', class: 'num', cell: port => count(port.errors)},
    {title: 'p50', class: 'num', cell: port => micros(port.latency?.p50Micros)},
    {title: 'p99', class: 'num', cell: port => micros(port.latency?.p99Micros)},
    {title: 'Clients', class: 'num', cell: port => count(port.connections)},
    {title: 'In / out', class: 'num', cell: port => port.receivedBytes == null ? '–' : `${bytes(port.receivedBytes)} / ${bytes(port.sentBytes)}`},
  ], rows, 'blocks'));
}

const happened = [];

export function addEvents(list) {
  for (const event of list) {
    if (happened.some(each => each.number === event.number)) continue;
    happened.unshift(event);
  }
  happened.length = Math.min(happened.length, 50);
  events();
}

/** Forgets the events of another run of the proxy, whose numbers would be taken for those of this one. */
export function forgetEvents() {
  happened.length = 0;
}

export function events() {
  say($('events-note'), happened.length ? `last ${happened.length}` : '');
  draw('events', happened, () => happened.length ? happened.map(event =>
    h('div', {class: `event ${event.severity === 'warn' ? 'warn' : ''}`},
      h('i', {'aria-hidden': 'true'}),
      h('p', {}, event.severity === 'warn' ? h('span', {class: 'tag warn'}, event.kind) : h('span', {class: 'tag'}, event.kind), ` ${event.text}`),
      h('time', {datetime: new Date(event.time).toISOString()}, clock(event.time)),
      event.lastedSeconds == null ? null : h('span', {class: 'dim'},
        `lasted ${duration(event.lastedSeconds)}` + (event.requests ? `, cost ${whole(event.requests)} requests` : ''))))
    : empty('Nothing has happened', 'Failovers, servers that do not answer, and refused clients show up here.'));
}

export function settings(list) {
  const port = Number(list.find(setting => setting.name === 'TCP_PORT')?.value);
  if (port > 0) client = `redis-cli -p ${port}`;
  const changed = list.filter(setting => setting.usesDefault === false).length;
  say($('settings-note'), `${changed} of ${list.length} are not the default`);
  draw('settings-table', list, () => table([
    {title: 'Name', cell: setting => h('span', {}, h('span', {class: 'key'}, setting.name),
      setting.usesDefault === false ? h('span', {}, ' ', tag('changed', 'good')) : null)},
    {title: 'Value', class: 'key', cell: setting => setting.value ?? h('span', {class: 'dim'}, 'not shown')},
    {title: 'Default', class: 'key', cell: setting => setting.defaultValue ?? h('span', {class: 'dim'}, setting.whenUnset || 'none')},
    {title: 'Meaning', cell: setting => h('span', {class: 'dim'}, setting.help)},
  ], list, 'blocks'));
}
