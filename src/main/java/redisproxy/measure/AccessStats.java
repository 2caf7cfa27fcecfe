package redisproxy.measure;

import java.time.Duration;
import java.util.List;

/**
 * What is known of the accesses of the last one to two minutes, from samples that are scaled to all accesses. Immutable.
 *
 * @param over the time that the figures cover
 * @param accesses how many accesses there were
 * @param hits how many of them found the key cached
 * @param keys the keys that were accessed most, the first one most
 * @param prefixes the prefixes of keys that were accessed most, the first one most
 * @param otherAccesses the accesses to keys of no prefix in the list
 * @param otherHits the hits among these
 * @param interval of how many accesses one is sampled at present; 1 if all are
 * @param dropped how many accesses have not been counted since the start because samples came too fast
 */
public record AccessStats(
        Duration over,
        long accesses,
        long hits,
        List<HotKey> keys,
        List<PrefixAccesses> prefixes,
        long otherAccesses,
        long otherHits,
        int interval,
        long dropped) {}
