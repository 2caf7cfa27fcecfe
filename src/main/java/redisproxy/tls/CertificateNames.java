package redisproxy.tls;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/** The names by which a certificate can name a user. Thread-safe. */
public final class CertificateNames {
    /** Kinds of alternative names, by their numbers (RFC 5280, 4.2.1.6). */
    private static final int URI = 6;

    /** Each is looked up among the users. */
    private static final int MOST = 16;

    private CertificateNames() {}

    /** Returns the common names of its subject, and then the URIs among its alternative names; at most 16. */
    public static List<String> of(X509Certificate certificate) {
        List<String> names = new ArrayList<>();
        try {
            for (Rdn part : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
                if (part.getType().equalsIgnoreCase("CN") && part.getValue() instanceof String name) {
                    names.add(name);
                }
            }
            Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
            if (alternatives != null) {
                for (List<?> each : alternatives) {
                    if (each.get(0).equals(URI) && each.get(1) instanceof String uri) {
                        names.add(uri);
                    }
                }
            }
        } catch (InvalidNameException | CertificateParsingException e) {
            // What cannot be read names nobody.
            return List.copyOf(names);
        }
        return List.copyOf(names.subList(0, Math.min(names.size(), MOST)));
    }
}
