package redisproxy.resp;

import java.util.List;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.Entry;

/** The reply to STRLEN: the length of the cached value of one key, or what the store says. An absent key has the length 0. */
final class ValueLength implements KeyReads.Results, KeyReads.MissingKeys, AskedKeys.Answers {
    private final AskedKeys asked;
    private long length;
    private @Nullable BackingStoreException otherType;

    /** Makes a reply to keys of which those that are not cached are asked about. */
    ValueLength(AskedKeys asked) {
        this.asked = asked;
    }

    @Override
    public void find(List<KeyReads.Missing> keys) {
        asked.find(keys, this);
    }

    @Override
    public void found(int key, Entry entry) {
        length = entry.valueLength();
    }

    @Override
    public void foundOtherType(int key, BackingStoreException error) {
        otherType = error;
    }

    @Override
    public void answered(int key, long number) {
        length = number;
    }

    @Override
    public void complete(Reply reply) {
        if (otherType == null) {
            reply.encoded(new ReplyBuilder(false).integer(length).toBytes());
        } else {
            reply.failed(otherType);
        }
    }
}
