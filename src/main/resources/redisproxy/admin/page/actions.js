// Looking up one key, and changes.
import {$, draw, empty, facts, h, put, say, tag} from './dom.js';
import {bytes, duration} from './format.js';
import {change, read} from './api.js';
import {base64url, bytesOf} from './keys.js';

let allowed = false;

/** Asks before a change that cannot be taken back. */
function confirmed(title, text, yes) {
  const dialog = $('confirm');
  say($('confirm-title'), title);
  say($('confirm-text'), text);
  say($('confirm-yes'), yes);
  return new Promise(resolve => {
    let answer = false;
    $('confirm-yes').onclick = () => { answer = true; dialog.close(); };
    $('confirm-no').onclick = () => dialog.close();
    dialog.onclose = () => resolve(answer);
    dialog.showModal();
    $('confirm-no').focus();
  });
}

async function tell(target, work) {
  target.className = 'said';
  say(target, 'One moment …');
  try {
    say(target, await work());
    target.classList.add('good');
  } catch (error) {
    say(target, `Not done: ${error.message}`);
    target.classList.add('bad');
  }
}

const entries = number => number === 1 ? '1 entry was dropped' : `${number.toLocaleString('en-US')} entries were dropped`;

const names = settings => settings.map(each => each.name).join(', ');

/** Says what came of reading the settings anew. */
function reloaded({changed, needRestart}) {
  const now = changed.length ? `Changed: ${names(changed)}` : 'No setting has changed';
  return needRestart.length ? `${now}. Needs a restart: ${names(needRestart)}` : now;
}

/* Looking up */

const coherence = {tracking: 'writes are reported', ttl: 'lives for its time to live', lost: 'reports of writes are lost'};

export async function lookUp(text) {
  $('key').value = text;
  const key64 = base64url(bytesOf(text));
  try {
    show(text, key64, await read(`entry?key64=${key64}`));
  } catch (error) {
    put($('entry'), h('p', {class: 'said bad'}, `Not found out: ${error.message}`));
  }
}

function show(text, key64, entry) {
  const said = h('p', {class: 'said', role: 'status'});
  const drop = allowed && entry.cached
    ? h('button', {type: 'button', class: 'ghost', id: 'drop-entry', onclick: () => tell(said, async () => {
      const {dropped} = await change('invalidate', {key64});
      await lookUp(text);
      return entries(dropped);
    })}, 'Invalidate') : null;
  const state = !entry.cached ? tag('not cached') : entry.expired ? tag('expired', 'warn') : tag(entry.absent ? 'cached: no such key' : 'cached', 'good');
  put($('entry'), h('div', {class: 'result'},
    h('div', {class: 'row'}, state, h('span', {class: 'key'}, text)),
    entry.cached ? facts([
      entry.absent ? null : ['Size', bytes(entry.valueBytes)],
      ['Age', duration(entry.ageSeconds)],
      entry.expired ? null : ['Fresh for', duration(entry.freshSeconds)],
      ['Last read', `${duration(entry.idleSeconds)} ago`],
      ['Coherence', coherence[entry.coherence] ?? entry.coherence],
      entry.origin ? ['Read from', entry.origin] : null,
      entry.accesses == null ? null : ['Accesses', `≈ ${entry.accesses.toLocaleString('en-US')}`],
    ]) : h('p', {class: 'dim'}, 'The next read of this key asks Redis.'),
    drop, said));
}

$('lookup').addEventListener('submit', event => {
  event.preventDefault();
  lookUp($('key').value);
});

/* Changing */

export function changes(state) {
  allowed = state.changes.allowed;
  draw('changes', [state.changes, state.log.level], () => allowed ? forms(state.log.level)
    : empty('Changes are not allowed here', state.changes.reason));
}

function forms(level) {
  const said = h('p', {class: 'said', id: 'changes-said', role: 'status', 'aria-live': 'polite'});
  const prefix = h('input', {id: 'prefix', autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false', placeholder: 'user:'});
  const levels = h('select', {id: 'level'}, ...['error', 'warn', 'info', 'debug', 'trace'].map(each =>
    h('option', {value: each, selected: each === level}, each)));
  const drop = async () => {
    const text = prefix.value;
    if (!text) {
      prefix.focus();
      return;
    }
    if (await confirmed(`Invalidate “${text}”?`, 'All cached keys that begin so are dropped. Their next reads ask Redis.', 'Invalidate')) {
      await tell(said, async () => entries((await change('invalidate', {prefix64: base64url(bytesOf(text))})).dropped));
    }
  };
  const dropAll = async () => {
    if (await confirmed('Invalidate everything?', 'All cached keys are dropped. Redis gets all reads until the cache has filled again.', 'Invalidate everything')) {
      await tell(said, async () => entries((await change('invalidate', {all: true})).dropped));
    }
  };
  return h('div', {class: 'stack'},
    h('div', {class: 'field'}, h('label', {for: 'prefix'}, 'Keys that begin with'),
      h('div', {class: 'row'}, prefix, h('button', {type: 'button', class: 'ghost', id: 'drop-prefix', onclick: drop}, 'Invalidate'))),
    h('div', {class: 'field'}, h('label', {for: 'level'}, 'Log level'),
      h('div', {class: 'row'}, levels, h('button', {type: 'button', class: 'ghost', id: 'set-level', onclick: () => tell(said, async () =>
        `The log level is ${(await change('log-level', {level: levels.value})).level}, until the next start`)}, 'Set'))),
    h('div', {class: 'field'}, h('label', {for: 'reload'}, 'Settings'),
      h('div', {class: 'row'}, h('button', {type: 'button', class: 'ghost', id: 'reload', onclick: () => tell(said, async () =>
        reloaded(await change('reload', {})))}, 'Read anew'))),
    h('div', {class: 'row'}, h('button', {type: 'button', class: 'danger', id: 'drop-all', onclick: dropAll}, 'Invalidate everything …')),
    said);
}
