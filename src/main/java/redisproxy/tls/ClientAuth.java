package redisproxy.tls;

import java.util.Locale;

/** Whether clients of the proxy's ports show certificates; those of {@code tls-auth-clients} in Redis. */
public enum ClientAuth {
    /** They are not asked for one. */
    NO,
    /** They may show one, which has to be of a trusted authority. */
    OPTIONAL,
    /** They have to show one of a trusted authority. */
    YES;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
