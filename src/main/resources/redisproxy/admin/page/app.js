// The page: follows the state, second by second, and hands it to its parts.
import {$, h, put, say} from './dom.js';
import {count, duration, percent, micros, whole} from './format.js';
import {follow, read} from './api.js';
import * as charts from './charts.js';
import * as parts from './parts.js';
import {changes, lookUp} from './actions.js';
import './theme.js';

let lostSince = null;
let last = null;
let before = null;

/* The head */

function pill(id, kind, text) {
  const element = $(id);
  element.className = `pill ${kind}`;
  say(element.querySelector('span'), text);
}

const phases = {starting: ['warn', 'starting'], serving: ['good', 'serving'], stopping: ['warn', 'stopping']};
const coherences = {
  tracking: ['good', state => state.coherence.heartbeatMicros == null ? 'tracking' : `tracking, ${micros(state.coherence.heartbeatMicros)} behind`],
  ttl: ['', () => 'by TTL'],
  partly: ['warn', () => 'partly lost'],
  lost: ['bad', () => 'lost'],
};

function head(state) {
  say($('version'), state.version);
  pill('pill-ready', ...phases[state.phase]);
  const {up, circuit} = state.redis;
  pill('pill-redis', up ? 'good' : circuit === 'half_open' ? 'warn' : 'bad', up ? 'answers' : circuit === 'half_open' ? 'being tried' : 'does not answer');
  const [kind, text] = coherences[state.coherence.state];
  pill('pill-coherence', kind, text(state));
  say($('uptime'), `up for ${duration(state.uptimeSeconds)}, Java ${state.javaVersion}`);
}

function banners(state) {
  const found = [];
  if (lostSince != null) {
    found.push(['bad', 'The proxy does not answer this page', 'What you see is what it told last. The page goes on trying.']);
  }
  if (state && !state.redis.up) {
    const served = state.coherence.state === 'lost' ? 'Cached values are served only for as long as MAX_STALENESS_DISCONNECTED allows'
      : 'Cached values are served until they expire';
    found.push(['bad', 'Redis does not answer', `${served}; other reads end with an error. The servers and their errors are below.`]);
  }
  if (state?.coherence.state === 'lost' && state.redis.up) {
    found.push(['warn', 'Reports of writes are lost', 'Values may be older than what Redis holds, for as long as MAX_STALENESS_DISCONNECTED allows; other reads ask Redis.']);
  } else if (state?.coherence.state === 'partly') {
    found.push(['warn', 'Some servers report no writes', 'Keys of these servers are not kept until they do.']);
  }
  if (state?.phase === 'stopping') {
    found.push(['warn', 'The proxy has been told to stop', 'It serves what is left.']);
  }
  const text = JSON.stringify(found);
  if ($('banners').dataset.shown !== text) {
    $('banners').dataset.shown = text;
    put($('banners'), ...found.map(([kind, title, more]) => h('p', {class: `banner ${kind}`}, title, h('small', {}, more))));
  }
}

/* The tiles */

function tile(id, big, unit, sub) {
  const element = $(id);
  const text = `${big}${unit}`;
  const shown = element.querySelector('[data-big]');
  if (shown.textContent !== text) put(shown, big, unit ? h('small', {}, unit) : null);
  say(element.querySelector('[data-sub]'), sub);
}

function split(text) {
  const space = text.indexOf(' ');
  return space < 0 ? [text, ''] : [text.slice(0, space), text.slice(space)];
}

function tiles(state) {
  const {http, resp} = state.ports;
  tile('tile-requests', count(http.perSecond + resp.perSecond), '', `HTTP ${count(http.perSecond)}, RESP ${count(resp.perSecond)}`);
  const recent = state.cache.recentHitRatio;
  const all = state.cache.hits + state.cache.misses;
  tile('tile-ratio', percent(recent), '', all ? `${percent(state.cache.hits / all)} since the start` : 'no reads yet');
  document.querySelector('.ring').classList.toggle('none', !recent);
  document.querySelector('.ring-part').setAttribute('stroke-dasharray', `${(recent ?? 0) * 100} 100`);
  tile('tile-spared', count(state.spared.commands), '', all ? `${count(state.spared.perSecond)} per second; Redis got ${count(state.cache.loads)}` : 'reads answered from memory');
  const saved = state.spared.seconds;
  tile('tile-saved', ...(saved == null ? ['–', ''] : saved < 120 ? split(duration(saved)) : [duration(saved), '']),
    state.redis.latency ? `a load takes ${micros(state.redis.latency.meanMicros)} on average` : saved == null ? 'no load has been measured yet' : 'no loads in the last seconds');
}

/* The whole */

function perSecond(node) {
  const earlier = before?.redis.nodes.find(each => each.address === node.address);
  if (!earlier) return null;
  return Math.max(0, (node.requests - earlier.requests) / ((last.time - before.time) / 1000));
}

function onState(state) {
  if (last && state.run !== last.run) {
    // The proxy has been restarted: its figures and the numbers of its events begin anew.
    last = null;
    parts.forgetEvents();
    stream.forget();
    open();
  }
  before = last;
  last = state;
  lostSince = null;
  pill('pill-live', 'good', 'live');
  document.body.dataset.live = 'true';
  head(state);
  banners(state);
  tiles(state);
  charts.append(point(state));
  parts.nodes(state, perSecond);
  parts.memory(state);
  parts.hotKeys(state.hotKeys, lookUp);
  parts.prefixes(state.prefixes);
  parts.ports(state);
  changes(state);
}

function point(state) {
  const {http, resp} = state.ports;
  return {
    time: state.time, httpPerSecond: http.perSecond, respPerSecond: resp.perSecond, loadsPerSecond: state.redis.loadsPerSecond,
    httpHitRatio: http.recentHitRatio, respHitRatio: resp.recentHitRatio,
    httpP99Micros: http.latency?.p99Micros, respP99Micros: resp.latency?.p99Micros, loadP99Micros: state.redis.latency?.p99Micros,
  };
}

function onLost() {
  lostSince ??= Date.now();
  document.body.dataset.live = 'false';
  pill('pill-live', 'bad', 'lost');
  banners(last);
}

const stream = follow(onState, event => parts.addEvents([event]), onLost);

async function open() {
  try {
    // Not everybody who may see the figures may see the settings.
    const settings = read('settings').then(all => parts.settings(all.settings), () => {});
    const [history, happened] = await Promise.all([read('history'), read('events')]);
    charts.fill(history);
    parts.addEvents(happened.events);
    happened.events.forEach(event => stream.seen(event.number));
    await settings;
  } catch (error) {
    onLost();
  }
  stream.open();
}

// A page that nobody sees takes no stream, of which there are few.
document.addEventListener('visibilitychange', () => document.hidden ? stream.close() : open());
document.addEventListener('themechange', charts.repaint);
parts.events();
if (!document.hidden) open();
