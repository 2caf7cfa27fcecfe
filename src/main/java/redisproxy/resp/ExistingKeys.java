package redisproxy.resp;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.Entry;

/** The reply to EXISTS: counts the keys that exist, whatever their type, each as often as it is named. Thread-safe. */
final class ExistingKeys implements KeyReads.Results, KeyReads.MissingKeys, AskedKeys.Answers {
    private final AskedKeys asked;
    private final AtomicInteger count = new AtomicInteger();

    /** Makes a reply to keys of which those that are not cached are asked about. */
    ExistingKeys(AskedKeys asked) {
        this.asked = asked;
    }

    @Override
    public void find(List<KeyReads.Missing> keys) {
        asked.find(keys, this);
    }

    @Override
    public void found(int key, Entry entry) {
        if (!entry.isAbsent()) {
            count.incrementAndGet();
        }
    }

    @Override
    public void foundOtherType(int key, BackingStoreException error) {
        count.incrementAndGet();
    }

    @Override
    public void answered(int key, long number) {
        if (number != 0) {
            count.incrementAndGet();
        }
    }

    @Override
    public void complete(Reply reply) {
        reply.encoded(new ReplyBuilder(false).integer(count.get()).toBytes());
    }
}
