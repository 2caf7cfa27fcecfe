'use strict';

// Usage: node node_redis_caching.js PORT REDIS_PORT
// PORT is that of a proxy with --coherence tracking --commands all, REDIS_PORT that of its Redis.

const {BasicClientSideCache, createClient} = require('redis');
const {version} = require('redis/package.json');
const checks = require('./checks');

const [port, redisPort] = process.argv.slice(2);
const key = 'clients:kept';

async function connect(at, options) {
  const redis = createClient({url: `redis://127.0.0.1:${at}`, ...options});
  // Without a listener, a lost connection ends the process.
  redis.on('error', () => {});
  return redis.connect();
}

checks.run(async () => {
  const is = (...rest) => checks.is(`node-redis ${version}, with a cache`, ...rest);
  const cache = new BasicClientSideCache({ttl: 0, maxEntries: 100});
  const redis = await connect(port, {RESP: 3, clientSideCache: cache});
  const behind = await connect(redisPort, {});
  const beside = await connect(port, {});
  // What is told of a write may come a moment after its reply.
  const reads = async (what, expected) => {
    await checks.eventually(async () => {
      const value = await redis.get(key);
      if (value !== expected) {
        throw new Error(`${what}: expected ${expected} but was ${value}`);
      }
    });
    is(what, expected, await redis.get(key));
  };
  await behind.set(key, 'first');
  await reads('written before', 'first');
  await checks.eventually(async () => {
    const before = cache.stats().hitCount;
    await redis.get(key);
    if (cache.stats().hitCount === before) {
      throw new Error('the value is not kept');
    }
  });
  is('kept', 'first', await redis.get(key));
  await behind.set(key, 'second');
  await reads('written at Redis', 'second');
  await beside.set(key, 'third');
  await reads('written through the proxy', 'third');
  await redis.set(key, 'fourth');
  await reads('written by itself', 'fourth');
  await behind.del(key);
  await reads('deleted', null);
  await behind.set(key, 'fifth');
  await reads('written again', 'fifth');
  await beside.sendCommand(['CACHE', 'FLUSH']);
  await reads('all dropped', 'fifth');
  for (const each of [redis, behind, beside]) {
    each.destroy();
  }
});
