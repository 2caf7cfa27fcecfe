'use strict';

// Usage: node ioredis.js PORT

const Redis = require('ioredis');
const {version} = require('ioredis/package.json');
const checks = require('./checks');

async function check(name, options) {
  const connect = () => {
    const redis = new Redis({host: '127.0.0.1', port: Number(process.argv[2]), ...options});
    // Without a listener, ioredis prints each lost connection.
    redis.on('error', () => {});
    return redis;
  };
  const is = (...rest) => checks.is(`ioredis ${version}, ${name}`, ...rest);
  const redis = connect();
  is('PING', 'PONG', await redis.ping());
  const proto = (await redis.client('INFO')).match(/resp=(\d)/)[1];
  is('protocol', options.protocol === 2 ? '2' : '3', proto);
  is('present', checks.text, await redis.get('clients:text'));
  is('present, from memory', checks.text, await redis.get('clients:text'));
  is('absent', null, await redis.get('clients:absent'));
  is('empty', '', await redis.get('clients:empty'));
  is('any bytes', checks.everyByte, await redis.getBuffer('clients:binary'));
  is('1 MiB', checks.large, await redis.getBuffer('clients:large'));
  const pipeline = redis.pipeline();
  checks.manyKeys.forEach((key) => pipeline.get(key));
  is('1,000 in a pipeline', checks.manyValues, (await pipeline.exec()).map(([error, value]) => error ?? value));
  is('1,000 at once', checks.manyValues, await Promise.all(checks.manyKeys.map((key) => redis.get(key))));
  is('MGET', checks.manyValues, await redis.mget(checks.manyKeys));
  is(
    'another type',
    'WRONGTYPE Operation against a key holding the wrong kind of value',
    await checks.message(redis.get('clients:list')),
  );
  const other = connect();
  is('CLIENT KILL', true, (await other.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes')) > 0);
  is('present, after CLIENT KILL', checks.text, await checks.eventually(() => redis.get('clients:text')));
  other.disconnect();
  redis.disconnect();
}

checks.run(async () => {
  await check('defaults', {});
  await check('RESP2', {protocol: 2});
  await check('RESP3', {protocol: 3});
});
