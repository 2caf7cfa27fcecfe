package redisproxy.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redisproxy.auth.Principal;
import redisproxy.auth.Users;

/**
 * Reads the credentials of HTTP requests: {@code Basic}, with the name of a user and a password (RFC 7617), and {@code Bearer}, with
 * a token or the password of the default user (RFC 6750); and the certificates of clients.
 */
public final class HttpLogins {
    private static final String BASIC = "Basic ";
    private static final String BEARER = "Bearer ";

    /** Longer ones are not hashed. */
    private static final int MAX_LENGTH = 8 * 1024;

    private HttpLogins() {}

    /**
     * Returns who has sent a request, {@link Principal#NOBODY} if it has no credentials and needs some; null if they prove nobody.
     * Does not block.
     *
     * @param authorization the lines of {@code Authorization} in the request
     * @param certificateNames the names in the certificate that the client has shown and that has been verified, or none; without
     *     {@code Authorization}, the first one of a user counts
     * @param isLocal whether it comes from the same machine
     */
    public static @Nullable Principal find(
            Users users, List<String> authorization, List<String> certificateNames, boolean isLocal) {
        if (users.isOpen()) {
            return users.anonymous(isLocal);
        }
        if (authorization.isEmpty()) {
            for (String name : certificateNames) {
                Principal named = users.forCertificate(name);
                if (named != null) {
                    return named;
                }
            }
            return users.anonymous(isLocal);
        }
        String value = authorization.get(0).strip();
        // Who reads another one of two lines would take it for somebody else's request.
        if (authorization.size() > 1 || value.length() > MAX_LENGTH) {
            return null;
        }
        if (value.regionMatches(/* ignoreCase= */ true, 0, BASIC, 0, BASIC.length())) {
            return basic(users, value.substring(BASIC.length()).strip(), isLocal);
        }
        if (value.regionMatches(/* ignoreCase= */ true, 0, BEARER, 0, BEARER.length())) {
            byte[] token = value.substring(BEARER.length()).strip().getBytes(StandardCharsets.ISO_8859_1);
            return users.bearer(token, isLocal);
        }
        return null;
    }

    /** As above, of a client without a certificate. */
    public static @Nullable Principal find(Users users, List<String> authorization, boolean isLocal) {
        return find(users, authorization, List.of(), isLocal);
    }

    private static @Nullable Principal basic(Users users, String base64, boolean isLocal) {
        byte[] decoded;
        try {
            decoded = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            return null;
        }
        int colon = 0;
        while (colon < decoded.length && decoded[colon] != ':') {
            colon++;
        }
        if (colon == decoded.length) {
            return null;
        }
        String name = new String(decoded, 0, colon, StandardCharsets.ISO_8859_1);
        // What asks for a password without a name, as redis-cli does, means the default user.
        return users.login(
                name.isEmpty() ? Principal.DEFAULT_NAME : name,
                Arrays.copyOfRange(decoded, colon + 1, decoded.length),
                isLocal);
    }
}
