'use strict';

// Usage: node node_redis.js PORT

const {createClient, RESP_TYPES} = require('redis');
const {version} = require('redis/package.json');
const checks = require('./checks');

async function check(name, options) {
  const connect = async () => {
    const redis = createClient({url: `redis://127.0.0.1:${process.argv[2]}`, ...options});
    // Without a listener, a lost connection ends the process.
    redis.on('error', () => {});
    return redis.connect();
  };
  const is = (...rest) => checks.is(`node-redis ${version}, ${name}`, ...rest);
  const redis = await connect();
  const bytes = redis.withTypeMapping({[RESP_TYPES.BLOB_STRING]: Buffer});
  is('PING', 'PONG', await redis.ping());
  const proto = (await redis.sendCommand(['CLIENT', 'INFO'])).match(/resp=(\d)/)[1];
  is('protocol', options.RESP === 2 ? '2' : '3', proto);
  is('present', checks.text, await redis.get('clients:text'));
  is('present, from memory', checks.text, await redis.get('clients:text'));
  is('absent', null, await redis.get('clients:absent'));
  is('empty', '', await redis.get('clients:empty'));
  is('any bytes', checks.everyByte, await bytes.get('clients:binary'));
  is('1 MiB', checks.large, await bytes.get('clients:large'));
  is('1,000 at once', checks.manyValues, await Promise.all(checks.manyKeys.map((key) => redis.get(key))));
  is('MGET', checks.manyValues, await redis.mGet(checks.manyKeys));
  is(
    'another type',
    'WRONGTYPE Operation against a key holding the wrong kind of value',
    await checks.message(redis.get('clients:list')),
  );
  const other = await connect();
  const killed = await other.sendCommand(['CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes']);
  is('CLIENT KILL', true, killed > 0);
  is('present, after CLIENT KILL', checks.text, await checks.eventually(() => redis.get('clients:text')));
  other.destroy();
  redis.destroy();
}

checks.run(async () => {
  await check('defaults', {});
  await check('RESP2', {RESP: 2});
  await check('RESP3', {RESP: 3});
});
