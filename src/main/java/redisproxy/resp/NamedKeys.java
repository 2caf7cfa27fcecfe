package redisproxy.resp;

import java.util.List;
import redisproxy.auth.KeyAccess;
import redisproxy.auth.Principal;
import redisproxy.measure.HotKey;
import redisproxy.measure.PrefixAccesses;
import redisproxy.measure.SampledKey;

/** What reports about keys tell somebody: the keys that the rules of that user name, and no others. */
final class NamedKeys {
    private NamedKeys() {}

    static List<HotKey> of(List<HotKey> keys, Principal principal) {
        return principal.hasAllKeys()
                ? keys
                : keys.stream().filter(each -> isNamed(each.key(), principal)).toList();
    }

    /** A prefix is treated as a key: {@code ~app:*} names {@code app:}. */
    static List<PrefixAccesses> ofPrefixes(List<PrefixAccesses> prefixes, Principal principal) {
        return principal.hasAllKeys()
                ? prefixes
                : prefixes.stream()
                        .filter(each -> isNamed(each.prefix(), principal))
                        .toList();
    }

    /** Of a key that is not whole it is not known what the rules say. */
    private static boolean isNamed(SampledKey key, Principal principal) {
        return key.isWhole() && principal.may(KeyAccess.METADATA, key.shown());
    }
}
