package redisproxy.redis;

import redisproxy.cache.BackingStore;
import redisproxy.upstream.Upstream;

/** A backing Redis: it loads keys for a cache, and answers questions that the cache cannot answer. Thread-safe. */
public interface RedisStore extends BackingStore, Upstream {}
