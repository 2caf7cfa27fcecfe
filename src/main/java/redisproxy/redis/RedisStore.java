package redisproxy.redis;

import redisproxy.cache.BackingStore;
import redisproxy.upstream.Upstream;

/** A backing Redis: it loads keys for a cache, and answers what the cache cannot. Thread-safe. */
public interface RedisStore extends BackingStore, Upstream {}
