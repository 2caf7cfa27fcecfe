package redisproxy.server;

import java.util.Locale;

/** The ports that take headers of the PROXY protocol. */
enum ProxyProtocol {
    NONE,
    HTTP,
    RESP,
    BOTH;

    boolean isOnHttp() {
        return this == HTTP || this == BOTH;
    }

    boolean isOnResp() {
        return this == RESP || this == BOTH;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
