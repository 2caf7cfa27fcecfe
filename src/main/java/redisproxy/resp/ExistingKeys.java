package redisproxy.resp;

import java.util.concurrent.atomic.AtomicInteger;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.Entry;

/** The reply to EXISTS: counts the keys that exist, whatever their type, each as often as it is named. Thread-safe. */
final class ExistingKeys implements KeyReads.Results, AskedKeys.Answers {
    private final AtomicInteger count = new AtomicInteger();

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
