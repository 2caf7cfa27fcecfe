package redisproxy.resp;

import java.util.function.Predicate;
import redisproxy.auth.KeyAccess;
import redisproxy.auth.Principal;
import redisproxy.measure.SampledKey;

/** What reports about keys tell somebody: the keys that the rules of that user name, and no others. */
final class NamedKeys {
    private NamedKeys() {}

    /** Returns which keys. A prefix is treated as a key: {@code ~app:*} names {@code app:}. */
    static Predicate<SampledKey> of(Principal principal) {
        // Of a key that is not whole it is not known what the rules say.
        return key -> principal.hasAllKeys() || (key.isWhole() && principal.may(KeyAccess.METADATA, key.shown()));
    }
}
